//! The weighted score: what is known, each part with its weight, divided by the weights of what is known.

use super::policy::{
    WEIGHT_CONTENT, WEIGHT_COVERAGE, WEIGHT_CREDIT, WEIGHT_DURATION, WEIGHT_HISTORY, WEIGHT_LEVEL,
};

/// The figures of one comparison; `None` when the catalogue does not say enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Features {
    /// Mean coverage of the target outcomes, 0 to 1.
    pub(crate) coverage: f64,
    /// Cosine of the content vectors, 0 to 1.
    pub(crate) content: f64,
    /// Shorter over longer duration.
    pub(crate) duration: Option<f64>,
    /// Whether the source is at the target's level or above; unknown is not compatible, it is unknown.
    pub(crate) level: Option<bool>,
    /// Source credits over target credits, at most 1.
    pub(crate) credit: Option<f64>,
    /// Share of earlier recognitions that still stand.
    pub(crate) history: Option<f64>,
}

/// A score and how much it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Score {
    /// 0 to 1.
    pub(crate) value: f64,
    /// Share of the weights that could be used, 0 to 1; history is a bonus and does not count as missing.
    pub(crate) evidence: f64,
}

impl Features {
    /// Name, strength and weight of every part.
    pub(crate) fn parts(&self) -> [(&'static str, Option<f64>, f64); 6] {
        let level = self
            .level
            .map(|compatible| if compatible { 1.0 } else { 0.0 });
        [
            ("outcome coverage", Some(self.coverage), WEIGHT_COVERAGE),
            ("content", Some(stretched(self.content)), WEIGHT_CONTENT),
            ("duration", self.duration, WEIGHT_DURATION),
            ("level", level, WEIGHT_LEVEL),
            ("credits", self.credit, WEIGHT_CREDIT),
            ("history", self.history, WEIGHT_HISTORY),
        ]
    }

    /// The weighted mean of the parts that are known.
    pub(crate) fn score(&self) -> Score {
        let (sum, weights) = self
            .parts()
            .into_iter()
            .filter_map(|(_name, strength, weight)| strength.map(|strength| (strength, weight)))
            .fold((0.0, 0.0), |(sum, weights), (strength, weight)| {
                (sum + strength * weight, weights + weight)
            });
        let known = weights - self.history.map_or(0.0, |_rate| WEIGHT_HISTORY);
        Score {
            value: if weights > 0.0 { sum / weights } else { 0.0 },
            evidence: (known / (1.0 - WEIGHT_HISTORY)).clamp(0.0, 1.0),
        }
    }
}

/// A content cosine on the scale from "another field" to "the same thing in other words".
pub(crate) fn stretched(cosine: f64) -> f64 {
    use super::policy::{CONTENT_CEILING, CONTENT_FLOOR};
    ((cosine - CONTENT_FLOOR) / (CONTENT_CEILING - CONTENT_FLOOR)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn full(strength: f64) -> Features {
        Features {
            coverage: strength,
            content: strength,
            duration: Some(strength),
            level: Some(strength > 0.5),
            credit: Some(strength),
            history: Some(strength),
        }
    }

    #[test]
    fn all_weights_add_up_to_one() {
        let sum: f64 = full(1.0).parts().iter().map(|(_, _, weight)| weight).sum();

        assert!((sum - 1.0).abs() < 1e-12);
        assert!((full(1.0).score().value - 1.0).abs() < 1e-12);
        assert!((full(1.0).score().evidence - 1.0).abs() < 1e-12);
        assert!(full(0.0).score().value.abs() < 1e-12);
    }

    #[test]
    fn what_is_not_known_is_left_out_and_lowers_the_evidence() {
        let mut known = full(1.0);
        known.duration = None;
        known.credit = None;
        known.history = None;

        let score = known.score();

        assert!((score.value - 1.0).abs() < 1e-12, "renormalised: {score:?}");
        assert!((score.evidence - 0.75 / 0.95).abs() < 1e-12, "{score:?}");
    }

    proptest! {
        #[test]
        fn the_score_stays_between_the_weakest_and_the_strongest_part(
            coverage in 0.0_f64..=1.0,
            content in 0.0_f64..=1.0,
            duration in prop::option::of(0.0_f64..=1.0),
            level in prop::option::of(any::<bool>()),
            credit in prop::option::of(0.0_f64..=1.0),
            history in prop::option::of(0.0_f64..=1.0),
        ) {
            let features = Features { coverage, content, duration, level, credit, history };
            let known: Vec<f64> = features.parts().iter().filter_map(|(_, strength, _)| *strength).collect();
            let least = known.iter().copied().fold(1.0, f64::min);
            let most = known.iter().copied().fold(0.0, f64::max);

            let score = features.score();

            prop_assert!(score.value >= least - 1e-12 && score.value <= most + 1e-12);
            prop_assert!((0.0..=1.0).contains(&score.evidence));
        }
    }
}
