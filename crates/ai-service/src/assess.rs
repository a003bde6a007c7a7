//! Should an institution give credit for an offer of another one, how much, and why.
//!
//! Everything here computes; nothing reads a clock, a table or a random number. The same source, candidates, vectors and
//! precedents give the same [`Report`].

pub(crate) mod credit;
pub(crate) mod features;
mod history;
mod matching;
mod matrix;
pub(crate) mod policy;
mod report;
pub(crate) mod score;
mod verdict;
mod wording;

use std::sync::Arc;

use domain::id::InstitutionId;
use domain::recognition::Recognition;
use domain::vocabulary::RecognitionType;

pub(crate) use self::report::{Match, Report, Side, Target};
use crate::embedder::Resolved;
use crate::index::document::Offer;

/// Name of the method; it changes with every rule, weight or threshold of [`policy`].
pub(crate) const METHOD: &str = "weighted-score-2";

/// What is assessed.
pub(crate) struct Case<'a> {
    pub(crate) source: &'a Offer,
    pub(crate) institution: InstitutionId,
    pub(crate) institution_name: &'a str,
    pub(crate) asked: RecognitionType,
    /// Offers of the recognising institution with the cosine of the content vectors, nearest first.
    pub(crate) candidates: &'a [(Arc<Offer>, f64)],
    /// Recognitions between the two institutions, and of the offer by anybody, in the order of their ids.
    pub(crate) precedents: &'a [Arc<Recognition>],
    /// Vectors of all passages.
    pub(crate) vectors: &'a Resolved,
}

/// Compares the source with every candidate and reports on the best.
pub(crate) fn assess(case: &Case<'_>, model_version: String) -> Report {
    let history = history::rate(case);
    let mut compared: Vec<features::Compared> = case
        .candidates
        .iter()
        .map(|(target, cosine)| {
            features::compare(case.source, target, case.vectors, *cosine, history)
        })
        .collect();
    compared.sort_by(|left, right| {
        right
            .score
            .value
            .total_cmp(&left.score.value)
            .then(right.features.content.total_cmp(&left.features.content))
            .then(left.target.id.cmp(&right.target.id))
    });
    let mut compared = compared.into_iter();
    match compared.next() {
        Some(best) => report::of(case, &best, compared.as_slice(), model_version),
        None => report::without_catalogue(case, history, model_version),
    }
}
