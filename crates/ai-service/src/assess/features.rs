//! One comparison: matrix, assignment, statuses and figures.

use std::sync::Arc;

use domain::vocabulary::{ComparisonBasis, CoverageStatus};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::matching;
use super::matrix;
use super::policy::{COVERED, PARTLY, WORTH_COVERED, WORTH_LOWER_LEVEL, WORTH_PARTLY};
use super::score::{Features, Score};
use crate::embedder::Resolved;
use crate::index::document::{Offer, Passage};
use crate::number::{positive, real, rounded};

/// The source against one target.
pub(crate) struct Compared {
    pub(crate) target: Arc<Offer>,
    pub(crate) matrix: Vec<Vec<f64>>,
    /// One for each target outcome.
    pub(crate) pairs: Vec<Pair>,
    pub(crate) features: Features,
    pub(crate) score: Score,
    pub(crate) basis: ComparisonBasis,
}

/// A target outcome and what covers it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pair {
    pub(crate) target: Passage,
    /// The source outcome; `None` when none is near.
    pub(crate) source: Option<Passage>,
    pub(crate) similarity: f64,
    pub(crate) status: CoverageStatus,
    /// Target Bloom level minus source Bloom level.
    pub(crate) level_gap: Option<i32>,
}

/// Compares the source with one target.
pub(crate) fn compare(
    source: &Offer,
    target: &Arc<Offer>,
    vectors: &Resolved,
    cosine: f64,
    history: Option<f64>,
) -> Compared {
    let matrix = matrix::of(source, target, vectors);
    let assigned = matching::assign(&matrix);
    let pairs: Vec<Pair> = target
        .passages
        .iter()
        .zip(matrix.iter().zip(assigned))
        .map(|(wanted, (row, column))| {
            let best = column
                .and_then(|column| Some((source.passages.get(column)?, row.get(column).copied()?)));
            pair(wanted, best)
        })
        .collect();
    let features = Features {
        coverage: coverage(&pairs),
        content: rounded(cosine.clamp(0.0, 1.0)),
        duration: ratio(positive(source.hours), positive(target.hours)),
        level: source
            .level
            .zip(target.level)
            .map(|(source, target)| source.rank() >= target.rank()),
        credit: source
            .credits
            .zip(target.credits)
            .map(|(source, target)| reached(source, target)),
        history,
    };
    let basis = match (source.basis, target.basis) {
        (ComparisonBasis::Outcomes, ComparisonBasis::Outcomes) => ComparisonBasis::Outcomes,
        (ComparisonBasis::Topics, _) | (_, ComparisonBasis::Topics) => ComparisonBasis::Topics,
    };
    Compared {
        target: Arc::clone(target),
        matrix,
        pairs,
        score: features.score(),
        features,
        basis,
    }
}

fn pair(target: &Passage, best: Option<(&Passage, f64)>) -> Pair {
    let Some((source, similarity)) = best.filter(|(_source, similarity)| *similarity >= PARTLY)
    else {
        return Pair {
            target: target.clone(),
            source: None,
            similarity: 0.0,
            status: CoverageStatus::NotCovered,
            level_gap: None,
        };
    };
    let level_gap = target
        .bloom_level
        .zip(source.bloom_level)
        .map(|(target, source)| target.rank() - source.rank());
    let status = if similarity < COVERED {
        CoverageStatus::Partial
    } else if level_gap.is_some_and(|gap| gap > 0) {
        CoverageStatus::CoveredLowerLevel
    } else {
        CoverageStatus::Covered
    };
    Pair {
        target: target.clone(),
        source: Some(source.clone()),
        similarity,
        status,
        level_gap,
    }
}

fn coverage(pairs: &[Pair]) -> f64 {
    let sum: f64 = pairs.iter().map(|pair| worth(pair.status)).sum();
    rounded(sum / real(pairs.len()).max(1.0))
}

fn worth(status: CoverageStatus) -> f64 {
    match status {
        CoverageStatus::Covered => WORTH_COVERED,
        CoverageStatus::CoveredLowerLevel => WORTH_LOWER_LEVEL,
        CoverageStatus::Partial => WORTH_PARTLY,
        CoverageStatus::NotCovered => 0.0,
    }
}

/// Shorter over longer; absent unless both are stated and above zero.
fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.zip(other)
        .map(|(one, other)| rounded(one.min(other) / one.max(other)))
}

/// Source credits over target credits, at most 1. A stated 0 counts: it reaches no credits, and no credits are always reached.
fn reached(source: Decimal, target: Decimal) -> f64 {
    let share = source.checked_div(target).and_then(|share| share.to_f64());
    rounded(share.map_or(1.0, |share| share.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::BloomLevel;

    use super::*;

    fn passage(bloom_level: Option<BloomLevel>) -> Passage {
        Passage {
            id: None,
            text: "Weld a joint".into(),
            bloom_level,
            is_core: true,
        }
    }

    #[test]
    fn each_threshold_begins_its_status() {
        let apply = passage(Some(BloomLevel::Apply));
        let status = |similarity| pair(&apply, Some((&apply, similarity))).status;

        assert_eq!(status(COVERED), CoverageStatus::Covered);
        assert_eq!(status(COVERED - 1e-6), CoverageStatus::Partial);
        assert_eq!(status(PARTLY), CoverageStatus::Partial);
        assert_eq!(status(PARTLY - 1e-6), CoverageStatus::NotCovered);
    }

    #[test]
    fn a_deeper_target_is_covered_at_a_lower_level_and_an_unknown_one_is_not_judged() {
        let create = passage(Some(BloomLevel::Create));
        let apply = passage(Some(BloomLevel::Apply));

        let deeper = pair(&create, Some((&apply, 0.9)));
        let unknown = pair(&passage(None), Some((&apply, 0.9)));

        assert_eq!(
            (deeper.status, deeper.level_gap),
            (CoverageStatus::CoveredLowerLevel, Some(3))
        );
        assert_eq!(
            (unknown.status, unknown.level_gap),
            (CoverageStatus::Covered, None)
        );
    }

    #[test]
    fn a_stated_zero_is_a_statement() {
        let (none, three) = (Decimal::ZERO, Decimal::from(3));

        let shares = [(none, three), (three, none), (none, none), (three, three)]
            .map(|(source, target)| reached(source, target));

        assert_eq!(shares.map(|share| share > 0.5), [false, true, true, true]);
        assert!(reached(Decimal::TWO, three) > 0.66 && reached(Decimal::ONE, three) < 0.34);
    }

    #[test]
    fn what_is_not_near_is_not_named() {
        let pair = pair(&passage(None), Some((&passage(None), 0.1)));

        assert_eq!((pair.source, pair.similarity), (None, 0.0));
    }
}
