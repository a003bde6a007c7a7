//! Meaning and words in one score.

use std::collections::HashMap;
use std::sync::Arc;

use super::Store;
use super::document::Offer;
use super::filter::Filter;
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
    let accept = |key: u64| {
        store
            .offers
            .get(&key)
            .is_some_and(|offer| question.filter.lets_through(offer))
    };
    let accepted = || store.meeting(question.filter).collect();
    let narrowed: Option<&dyn Fn() -> Vec<u64>> = if *question.filter == Filter::default() {
        None
    } else {
        Some(&accepted)
    };
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
    let mut scores: HashMap<u64, f64> = HashMap::with_capacity(dense.len());
    for (key, cosine) in dense {
        scores.insert(key, DENSE * f64::from(cosine).clamp(0.0, 1.0));
    }
    for (key, score) in lexical {
        let share = if best > 0.0 {
            f64::from(score) / best
        } else {
            0.0
        };
        *scores.entry(key).or_default() += LEXICAL * share;
    }
    rank(store, question, scores)
}

fn rank(store: &Store, question: &Question<'_>, scores: HashMap<u64, f64>) -> Found {
    let mut ranked: Vec<(f64, &Arc<Offer>)> = scores
        .into_iter()
        .filter(|(_key, score)| *score >= question.min_similarity)
        .filter_map(|(key, score)| store.offers.get(&key).map(|offer| (score, offer)))
        .collect();
    let total = if question.min_similarity > 0.0 {
        ranked.len()
    } else {
        store.offers_meeting(question.filter)
    };
    ranked.sort_unstable_by(|left, right| {
        right.0.total_cmp(&left.0).then(left.1.id.cmp(&right.1.id))
    });
    Found {
        best: ranked
            .into_iter()
            .take(question.limit)
            .map(|(score, offer)| (Arc::clone(offer), score.clamp(0.0, 1.0)))
            .collect(),
        total: wide(total),
    }
}
