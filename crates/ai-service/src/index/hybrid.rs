//! Meaning and words in one score.

use std::sync::Arc;

use super::Store;
use super::document::Offer;
use super::filter::Filter;
use super::slots::place;
use super::vectors::Reach;
use crate::number::wide;

/// Share of the cosine.
pub(crate) const DENSE: f64 = 0.8;
/// Share of the words: BM25 over that of the best hit.
pub(crate) const LEXICAL: f64 = 0.2;
/// Candidates of each kind when not every offer is compared, for each result wanted, and at least.
const CANDIDATES_PER_RESULT: usize = 5;
const CANDIDATES_AT_LEAST: usize = 100;

/// What is asked.
pub(crate) struct Question<'a> {
    pub(crate) text: &'a str,
    pub(crate) vector: &'a [f32],
    pub(crate) filter: &'a Filter,
    pub(crate) limit: usize,
    pub(crate) min_similarity: f64,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Best first, ties by id.
    pub(crate) best: Vec<(Arc<Offer>, f64)>,
    /// Offers that meet filter and least similarity. Exact up to the limit of exact search; beyond it, those among the
    /// candidates, or all that meet the filter when no least similarity is asked for.
    pub(crate) total: u64,
}

/// `0.8 · cosine (not below 0) + 0.2 · BM25 / best BM25`, for every candidate.
pub(super) fn fuse(store: &Store, question: &Question<'_>, mut lexical: Vec<(u64, f32)>) -> Found {
    let candidates = CANDIDATES_AT_LEAST.max(CANDIDATES_PER_RESULT * question.limit);
    let is_filtered = *question.filter != Filter::default();
    let accept = |key: u64| {
        store
            .offers
            .get(key)
            .is_some_and(|offer| !is_filtered || question.filter.lets_through(offer))
    };
    let accepted = || store.meeting(question.filter).collect();
    let narrowed: Option<&dyn Fn() -> Vec<u64>> = if is_filtered { Some(&accepted) } else { None };
    let dense = store
        .vectors
        .search(question.vector, Reach::Every(candidates), &accept, narrowed);
    // A document may have changed or gone since the last commit of the text index.
    lexical.retain(|(key, _score)| accept(*key));
    let best = lexical
        .iter()
        .map(|(_key, score)| f64::from(*score))
        .fold(0.0, f64::max);
    if !store.vectors.is_exact() {
        lexical.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        lexical.truncate(candidates);
    }
    let mut scores = Scores::new(store.offers.end());
    for (key, cosine) in dense {
        scores.add(key, DENSE * f64::from(cosine).clamp(0.0, 1.0));
    }
    for (key, score) in lexical {
        let share = if best > 0.0 {
            f64::from(score) / best
        } else {
            0.0
        };
        scores.add(key, LEXICAL * share);
    }
    rank(store, question, scores.candidates)
}

/// Sums by key; the table says where the sum of a key stands.
struct Scores {
    candidates: Vec<(f64, u64)>,
    places: Vec<u32>,
}

impl Scores {
    fn new(keys: usize) -> Self {
        Self {
            candidates: Vec::new(),
            places: vec![u32::MAX; keys],
        }
    }

    fn add(&mut self, key: u64, score: f64) {
        let Some(at) = self.places.get_mut(place(key)) else {
            return;
        };
        let known = usize::try_from(*at)
            .ok()
            .and_then(|at| self.candidates.get_mut(at));
        if let Some((sum, _key)) = known {
            *sum += score;
        } else {
            *at = u32::try_from(self.candidates.len()).unwrap_or(u32::MAX);
            self.candidates.push((score, key));
        }
    }
}

fn rank(store: &Store, question: &Question<'_>, mut candidates: Vec<(f64, u64)>) -> Found {
    if question.min_similarity > 0.0 {
        candidates.retain(|(score, _key)| *score >= question.min_similarity);
    }
    let total = if question.min_similarity > 0.0 {
        candidates.len()
    } else {
        store.offers_meeting(question.filter)
    };
    // Only what can be shown is put in order; equals at the edge stay until their ids have been compared.
    if let Some(last) = question.limit.checked_sub(1)
        && candidates.len() > question.limit
    {
        let (_, (edge, _), _) =
            candidates.select_nth_unstable_by(last, |left, right| right.0.total_cmp(&left.0));
        let edge = *edge;
        candidates.retain(|(score, _key)| *score >= edge);
    }
    let mut best: Vec<(Arc<Offer>, f64)> = candidates
        .into_iter()
        .filter_map(|(score, key)| {
            let offer = store.offers.get(key)?;
            Some((Arc::clone(offer), score.clamp(0.0, 1.0)))
        })
        .collect();
    best.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.id.cmp(&right.0.id)));
    best.truncate(question.limit);
    Found {
        best,
        total: wide(total),
    }
}
