//! The approximate part: an HNSW graph of 16-bit vectors, filtered while it is walked.

use std::collections::HashSet;

use usearch::{Index, IndexOptions, MetricKind, ScalarKind};

/// Searches and changes that may use the graph at once.
const THREADS: usize = 64;
/// Room of a new graph; it doubles when full.
const ROOM: usize = 65_536;
/// With fewer accepted vectors than this each is compared: a graph walked with a narrow filter loses its way.
const NARROW: usize = 5_000;
/// Neighbours of a vertex; 16 is usual, more find better and cost memory.
const CONNECTIVITY: usize = 16;
/// Candidates looked at while adding.
const EXPANSION_ADD: usize = 200;
/// Candidates looked at while searching, at least; the wanted number when that is more.
const EXPANSION_SEARCH: usize = 400;

/// The library's own error, told without its type.
#[derive(Debug, thiserror::Error)]
#[error("the vector index failed: {0}")]
pub(crate) struct GraphError(String);

impl GraphError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Vectors in a graph, by key.
pub(crate) struct Graph {
    index: Index,
    keys: HashSet<u64>,
    dimension: usize,
}

impl Graph {
    pub(crate) fn new(dimension: usize) -> Result<Self, GraphError> {
        let options = IndexOptions {
            dimensions: dimension,
            metric: MetricKind::Cos,
            quantization: ScalarKind::F16,
            connectivity: CONNECTIVITY,
            expansion_add: EXPANSION_ADD,
            expansion_search: EXPANSION_SEARCH,
            multi: false,
        };
        let index = Index::new(&options).map_err(GraphError::of)?;
        index
            .reserve_capacity_and_threads(ROOM, THREADS)
            .map_err(GraphError::of)?;
        Ok(Self {
            index,
            keys: HashSet::new(),
            dimension,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn put(&mut self, key: u64, vector: &[f32]) -> Result<(), GraphError> {
        if self.index.size() + 1 >= self.index.capacity() {
            self.index
                .reserve_capacity_and_threads(self.index.capacity() * 2, THREADS)
                .map_err(GraphError::of)?;
        }
        self.index.add(key, vector).map_err(GraphError::of)?;
        self.keys.insert(key);
        Ok(())
    }

    pub(crate) fn remove(&mut self, key: u64) {
        if self.keys.remove(&key)
            && let Err(error) = self.index.remove(key)
        {
            tracing::error!(%error, "a vector stays in the graph");
        }
    }

    /// The nearest accepted vectors, about `count` of them.
    pub(crate) fn search(
        &self,
        query: &[f32],
        count: usize,
        accept: &dyn Fn(u64) -> bool,
        accepted: Option<&dyn Fn() -> Vec<u64>>,
    ) -> Vec<(u64, f32)> {
        if let Some(accepted) = accepted {
            let keys = accepted();
            if keys.len() <= NARROW {
                return self.compare(query, &keys);
            }
        }
        let found = self.index.filtered_search(query, count, |key| {
            // A removed vector stays in the graph as a stepping stone.
            self.keys.contains(&key) && accept(key)
        });
        match found {
            Ok(matches) => matches
                .keys
                .into_iter()
                .zip(matches.distances)
                .map(|(key, distance)| (key, 1.0 - distance))
                .collect(),
            Err(error) => {
                tracing::error!(%error, "the graph cannot be searched");
                Vec::new()
            }
        }
    }

    fn compare(&self, query: &[f32], keys: &[u64]) -> Vec<(u64, f32)> {
        let mut vector = vec![0.0_f32; self.dimension];
        keys.iter()
            .filter(|key| self.keys.contains(key))
            .filter_map(|key| {
                let copies = self.index.get(*key, &mut vector).ok()?;
                (copies > 0).then(|| (*key, cosine(query, &vector)))
            })
            .collect()
    }
}

/// Stored numbers are rounded, so their length is not exactly one.
fn cosine(query: &[f32], stored: &[f32]) -> f32 {
    let (product, square) = query
        .iter()
        .zip(stored)
        .fold((0.0_f32, 0.0_f32), |(product, square), (left, right)| {
            (product + left * right, square + right * right)
        });
    if square > 0.0 {
        product / square.sqrt()
    } else {
        0.0
    }
}
