//! Content vectors: every one is compared while there are few, an approximate index answers when there are many.
//!
//! Vectors begin in the exact part. Once there are more than the limit, each change moves a slice of them to the graph, so that no
//! single change holds the lock for long; until the move is done a search reads both parts.

use std::collections::HashMap;

use super::graph::Graph;

/// Vectors moved to the graph by one change.
const SLICE: usize = 64;

/// How far a search reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Every vector that is accepted, where that can be had exactly; else so many.
    Every(usize),
    /// The nearest.
    Nearest(usize),
}

/// Vectors of length one by key.
pub(crate) struct VectorIndex {
    exact: Exact,
    graph: Option<Graph>,
    dimension: usize,
    exact_limit: usize,
}

impl VectorIndex {
    pub(crate) fn new(dimension: usize, exact_limit: usize) -> Self {
        Self {
            exact: Exact::new(dimension),
            graph: None,
            dimension,
            exact_limit,
        }
    }

    /// Vectors held.
    pub(crate) fn len(&self) -> usize {
        self.exact.keys.len() + self.graph.as_ref().map_or(0, Graph::len)
    }

    /// Whether every vector is compared.
    pub(crate) fn is_exact(&self) -> bool {
        self.graph.is_none()
    }

    /// Puts a vector in, in the place of an older one; one of another length is refused.
    pub(crate) fn put(&mut self, key: u64, vector: &[f32]) {
        if vector.len() != self.dimension {
            tracing::error!(length = vector.len(), "a vector has another dimension");
            return;
        }
        self.remove(key);
        self.exact.push(key, vector);
        if self.graph.is_none() && self.len() > self.exact_limit {
            match Graph::new(self.dimension) {
                Ok(graph) => self.graph = Some(graph),
                Err(error) => tracing::error!(%error, "search stays exact"),
            }
        }
        self.move_a_slice();
    }

    /// Takes a vector out.
    pub(crate) fn remove(&mut self, key: u64) {
        self.exact.remove(key);
        if let Some(graph) = &mut self.graph {
            graph.remove(key);
        }
    }

    /// Cosines of the accepted vectors, in no particular order; `accepted` lists the keys that
    /// `accept` lets through; `None` when that is all of them.
    pub(crate) fn search(
        &self,
        query: &[f32],
        reach: Reach,
        accept: &dyn Fn(u64) -> bool,
        accepted: Option<&dyn Fn() -> Vec<u64>>,
    ) -> Vec<(u64, f32)> {
        let mut hits = self.exact.search(query, accept);
        let (Reach::Every(count) | Reach::Nearest(count)) = reach;
        if let Some(graph) = &self.graph {
            hits.extend(graph.search(query, count, accept, accepted));
        }
        if self.graph.is_some() || matches!(reach, Reach::Nearest(_)) {
            keep_nearest(&mut hits, count);
        }
        hits
    }

    fn move_a_slice(&mut self) {
        let Some(graph) = &mut self.graph else { return };
        for _moved in 0..SLICE {
            let Some((key, vector)) = self.exact.pop() else {
                return;
            };
            if let Err(error) = graph.put(key, &vector) {
                tracing::error!(%error, "a vector stays in the exact part");
                self.exact.push(key, &vector);
                return;
            }
        }
    }
}

/// Drops all but the nearest; equals at the edge are kept, so that callers can break ties by id.
fn keep_nearest(hits: &mut Vec<(u64, f32)>, count: usize) {
    let Some(last) = count.checked_sub(1) else {
        hits.clear();
        return;
    };
    if hits.len() <= count {
        return;
    }
    let (_, (_, edge), _) =
        hits.select_nth_unstable_by(last, |left, right| right.1.total_cmp(&left.1));
    let edge = *edge;
    hits.retain(|(_key, cosine)| *cosine >= edge);
}

/// Vectors one after the other in memory.
struct Exact {
    dimension: usize,
    keys: Vec<u64>,
    numbers: Vec<f32>,
    places: HashMap<u64, usize>,
}

impl Exact {
    fn new(dimension: usize) -> Self {
        Self {
            dimension: dimension.max(1),
            keys: Vec::new(),
            numbers: Vec::new(),
            places: HashMap::new(),
        }
    }

    fn push(&mut self, key: u64, vector: &[f32]) {
        self.places.insert(key, self.keys.len());
        self.keys.push(key);
        self.numbers.extend_from_slice(vector);
    }

    fn pop(&mut self) -> Option<(u64, Vec<f32>)> {
        let key = self.keys.pop()?;
        self.places.remove(&key);
        let vector = self.numbers.split_off(self.keys.len() * self.dimension);
        Some((key, vector))
    }

    /// Fills the gap with the last vector.
    fn remove(&mut self, key: u64) {
        let Some(place) = self.places.get(&key).copied() else {
            return;
        };
        let Some((last, vector)) = self.pop() else {
            return;
        };
        if last == key {
            return;
        }
        self.places.remove(&key);
        self.places.insert(last, place);
        if let Some(slot) = self.keys.get_mut(place) {
            *slot = last;
        }
        let begin = place * self.dimension;
        if let Some(slot) = self.numbers.get_mut(begin..begin + self.dimension) {
            slot.copy_from_slice(&vector);
        }
    }

    fn search(&self, query: &[f32], accept: &dyn Fn(u64) -> bool) -> Vec<(u64, f32)> {
        self.keys
            .iter()
            .zip(self.numbers.chunks_exact(self.dimension))
            .filter(|(key, _vector)| accept(**key))
            .map(|(key, vector)| (*key, dot(query, vector)))
            .collect()
    }
}

/// Sums in eight lanes: eight independent chains of additions keep the processor busy even in a build without optimisation of loops.
fn dot(left: &[f32], right: &[f32]) -> f32 {
    let (left, left_rest) = left.as_chunks::<8>();
    let (right, right_rest) = right.as_chunks::<8>();
    let mut lanes = [0.0_f32; 8];
    for ([a, b, c, d, e, f, g, h], [i, j, k, l, m, n, o, p]) in left.iter().zip(right) {
        let [s, t, u, v, w, x, y, z] = &mut lanes;
        *s += a * i;
        *t += b * j;
        *u += c * k;
        *v += d * l;
        *w += e * m;
        *x += f * n;
        *y += g * o;
        *z += h * p;
    }
    let rest: f32 = left_rest
        .iter()
        .zip(right_rest)
        .map(|(left, right)| left * right)
        .sum();
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests;
