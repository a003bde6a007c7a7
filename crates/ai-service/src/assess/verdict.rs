//! From figures to advice, and how sure it is.

use domain::vocabulary::{ComparisonBasis, CoverageStatus, Recommendation};

use super::features::Compared;
use super::policy::{
    APPROVE_COVERAGE, APPROVE_SCORE, CLEAR_MARGIN, CONDITIONAL_COVERAGE, CONDITIONAL_SCORE,
    ENOUGH_OUTCOMES, EVIDENCE_TOPICS, LEAST_CONFIDENCE, MOST_CONFIDENCE, RELATED_CONTENT,
    RELATED_COVERAGE,
};
use crate::number::{real, rounded};

/// Advice and confidence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) recommendation: Recommendation,
    pub(crate) confidence: f64,
    /// What the figures alone would have advised, when the confidence was too low for it.
    pub(crate) withheld: Option<Recommendation>,
}

/// Judges one comparison.
///
/// 1. Neither subject nor outcomes related → DENY.
/// 2. Score and coverage high, level known and sufficient, no core outcome missing → APPROVE.
/// 3. Score and coverage fair → CONDITIONAL.
/// 4. Everything else → REVIEW.
/// 5. Any of 1 to 3 with a confidence below [`LEAST_CONFIDENCE`] → REVIEW.
pub(super) fn judge(compared: &Compared) -> Verdict {
    let (coverage, score) = (compared.features.coverage, compared.score.value);
    let plain = if !is_related(compared) {
        Recommendation::Deny
    } else if score >= APPROVE_SCORE
        && coverage >= APPROVE_COVERAGE
        && nothing_stands_against(compared)
    {
        Recommendation::Approve
    } else if score >= CONDITIONAL_SCORE && coverage >= CONDITIONAL_COVERAGE {
        Recommendation::Conditional
    } else {
        Recommendation::Review
    };
    let confidence = rounded(confidence(compared, plain));
    if plain != Recommendation::Review && confidence < LEAST_CONFIDENCE {
        return Verdict {
            recommendation: Recommendation::Review,
            confidence,
            withheld: Some(plain),
        };
    }
    Verdict {
        recommendation: plain,
        confidence,
        withheld: None,
    }
}

fn is_related(compared: &Compared) -> bool {
    compared.features.content >= RELATED_CONTENT || compared.features.coverage >= RELATED_COVERAGE
}

/// An unknown level stands against an approval as much as one that is too low: nobody can say that it suffices.
fn nothing_stands_against(compared: &Compared) -> bool {
    compared.features.level == Some(true)
        && !compared
            .pairs
            .iter()
            .any(|pair| pair.target.is_core && pair.status == CoverageStatus::NotCovered)
}

/// Half for being on the right side of the thresholds, half for the distance from them; times the evidence.
fn confidence(compared: &Compared, plain: Recommendation) -> f64 {
    let (coverage, score) = (compared.features.coverage, compared.score.value);
    let (content, clear) = (compared.features.content, CLEAR_MARGIN);
    let margin = match plain {
        Recommendation::Approve => (score - APPROVE_SCORE).min(coverage - APPROVE_COVERAGE),
        Recommendation::Conditional => {
            let below_approval = (APPROVE_SCORE - score).max(APPROVE_COVERAGE - coverage);
            let above_review = (score - CONDITIONAL_SCORE).min(coverage - CONDITIONAL_COVERAGE);
            if below_approval > 0.0 {
                above_review.min(below_approval)
            } else {
                // Only the level or a missing core outcome keeps it from approval: that is no close call.
                above_review
            }
        }
        Recommendation::Review => (CONDITIONAL_SCORE - score)
            .max(CONDITIONAL_COVERAGE - coverage)
            .min((content - RELATED_CONTENT).max(coverage - RELATED_COVERAGE)),
        Recommendation::Deny => (RELATED_CONTENT - content).min(RELATED_COVERAGE - coverage),
    };
    let distance = (margin / clear).clamp(0.0, 1.0);
    ((0.5 + 0.5 * distance) * evidence(compared)).min(MOST_CONFIDENCE)
}

fn evidence(compared: &Compared) -> f64 {
    let basis = match compared.basis {
        ComparisonBasis::Outcomes => 1.0,
        ComparisonBasis::Topics => EVIDENCE_TOPICS,
    };
    let outcomes = (real(compared.pairs.len()) / real(ENOUGH_OUTCOMES)).min(1.0);
    // One or two outcomes are thin, not worthless.
    compared.score.evidence * basis * (0.5 + 0.5 * outcomes)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::features::Pair;
    use super::super::score::Features;
    use super::*;
    use crate::index::document::Offer;

    const STRONG: Features = Features {
        coverage: 1.0,
        content: 0.7,
        duration: Some(1.0),
        level: Some(true),
        credit: Some(1.0),
        history: None,
    };

    fn compared(features: Features, basis: ComparisonBasis) -> Compared {
        let target = Offer::sample("Welding");
        let pair = Pair {
            target: target.passages[0].clone(),
            source: None,
            similarity: 0.0,
            status: CoverageStatus::Covered,
            level_gap: None,
        };
        Compared {
            target: Arc::new(target),
            matrix: Vec::new(),
            pairs: vec![pair; 4],
            score: features.score(),
            features,
            basis,
        }
    }

    fn advice(features: Features) -> Recommendation {
        judge(&compared(features, ComparisonBasis::Outcomes)).recommendation
    }

    #[test]
    fn strong_figures_are_approved_and_another_subject_is_denied_whatever_the_hours_say() {
        let other = Features {
            coverage: 0.1,
            content: 0.1,
            ..STRONG
        };

        assert_eq!(advice(STRONG), Recommendation::Approve);
        assert_eq!(advice(other), Recommendation::Deny);
    }

    #[test]
    fn a_level_that_is_too_low_or_unknown_is_never_approved() {
        for level in [Some(false), None] {
            let features = Features { level, ..STRONG };

            assert_eq!(advice(features), Recommendation::Conditional, "{level:?}");
        }
    }

    #[test]
    fn a_related_subject_with_little_coverage_is_left_to_an_expert() {
        let related = Features {
            coverage: 0.1,
            content: 0.5,
            ..STRONG
        };

        assert_eq!(advice(related), Recommendation::Review);
    }

    #[test]
    fn thin_evidence_lowers_the_confidence_until_nothing_is_guessed() {
        let thin = Features {
            coverage: 0.75,
            duration: None,
            credit: None,
            ..STRONG
        };
        let stated = judge(&compared(STRONG, ComparisonBasis::Outcomes));
        let topics = judge(&compared(STRONG, ComparisonBasis::Topics));
        let least = judge(&compared(thin, ComparisonBasis::Topics));

        assert!(topics.confidence < stated.confidence);
        assert!(stated.confidence <= MOST_CONFIDENCE);
        assert_eq!(least.recommendation, Recommendation::Review);
        assert_eq!(least.withheld, Some(Recommendation::Approve));
    }

    #[test]
    fn a_missing_core_outcome_keeps_an_approval_back() {
        let mut incomplete = compared(STRONG, ComparisonBasis::Outcomes);
        incomplete.pairs[0].status = CoverageStatus::NotCovered;

        assert_eq!(
            judge(&incomplete).recommendation,
            Recommendation::Conditional
        );
    }
}
