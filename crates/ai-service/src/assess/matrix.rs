//! Every source outcome against every target outcome.

use crate::embedder::Resolved;
use crate::index::document::Offer;
use crate::number::{cosine, rounded};

/// Cosines, one row for each target outcome, one column for each source outcome; six decimals.
pub(super) fn of(source: &Offer, target: &Offer, vectors: &Resolved) -> Vec<Vec<f64>> {
    target
        .passage_texts()
        .map(|target| {
            source
                .passage_texts()
                .map(|source| similarity(vectors, source, target))
                .collect()
        })
        .collect()
}

/// A text that cannot be embedded is like nothing.
fn similarity(vectors: &Resolved, source: &str, target: &str) -> f64 {
    match (vectors.of(source), vectors.of(target)) {
        (Some(source), Some(target)) => rounded(cosine(source, target).clamp(-1.0, 1.0)),
        (None, _) | (_, None) => 0.0,
    }
}
