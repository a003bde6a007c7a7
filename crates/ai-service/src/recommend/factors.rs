//! The four factors and their weighted mean.
//!
//! | factor | what it is | unknown when |
//! |---|---|---|
//! | content | half stretched cosine of the contents, half coverage of the destination's outcomes; for a pathway the cosine alone | never |
//! | collaborative | `1 − Π (1 − likeness)` over the offers like this one (itself counts 1) for which the institution's decision stands | nobody has decided about any of them |
//! | institution | `n / (n + 3)`, n = standing decisions of the institution about offers of the source's institution | nobody has decided about any of its offers |
//! | history | share of the decisions between the two that still stand | fewer than three are on record |
//!
//! A factor is unknown when the record cannot tell it, and 0 when the record speaks and says nothing for this destination. The
//! weights of unknown factors are shared out among the others.

use std::collections::BTreeMap;

use domain::id::{InstitutionId, MicroCredentialId};
use serde::Serialize;

use super::policy::HALF_RELATION;
use super::{Destination, Situation};
use crate::assess::policy::ENOUGH_DECISIONS;
use crate::assess::score::stretched;
use crate::number::{real, rounded};

/// How much each factor counts; not negative, content above zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weights {
    pub(crate) content: f64,
    pub(crate) collaborative: f64,
    pub(crate) institution: f64,
    pub(crate) history: f64,
}

impl std::fmt::Display for Weights {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{}/{}/{}/{}",
            self.content, self.collaborative, self.institution, self.history
        )
    }
}

/// What is on record between the source, its institution and one institution that it could lead to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Relations {
    pub(super) collaborative: Option<f64>,
    /// Offers like the source, itself included, for which the institution's decision stands.
    pub(super) alike: usize,
    pub(super) institution: Option<f64>,
    /// Decisions of the institution about offers of the source's institution.
    pub(super) decisions: usize,
    /// Those of them that stand.
    pub(super) standing: usize,
    pub(super) history: Option<f64>,
}

impl Relations {
    pub(super) fn with(situation: &Situation<'_>, target: InstitutionId) -> Self {
        let source = situation.source;
        let likeness = |offer: &MicroCredentialId| {
            if *offer == source.id {
                Some(1.0)
            } else {
                situation.alike.get(offer).map(|cosine| stretched(*cosine))
            }
        };
        let mut decided = false;
        // In the order of the ids, so that the product is always the same.
        let mut for_target: BTreeMap<MicroCredentialId, f64> = BTreeMap::new();
        let (mut of_source, mut decisions, mut standing) = (0_usize, 0_usize, 0_usize);
        for decision in situation.decisions {
            if let Some(likeness) = likeness(&decision.offer) {
                decided = true;
                if decision.by == target && decision.stands {
                    for_target.insert(decision.offer, likeness);
                }
            }
            if decision.offering == source.institution.id {
                of_source += 1;
                if decision.by == target {
                    decisions += 1;
                    standing += usize::from(decision.stands);
                }
            }
        }
        let against: f64 = for_target.values().map(|likeness| 1.0 - likeness).product();
        Self {
            collaborative: decided.then(|| rounded(1.0 - against)),
            alike: for_target.len(),
            institution: (of_source > 0)
                .then(|| rounded(real(standing) / (real(standing) + HALF_RELATION))),
            decisions,
            standing,
            history: (decisions >= ENOUGH_DECISIONS)
                .then(|| rounded(real(standing) / real(decisions))),
        }
    }
}

/// The factors of one destination, each 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Factors {
    pub(crate) content: f64,
    pub(crate) collaborative: Option<f64>,
    pub(crate) institution: Option<f64>,
    pub(crate) history: Option<f64>,
}

impl Factors {
    pub(super) fn of(destination: &Destination, relations: Relations) -> Self {
        let content = match destination {
            Destination::Offer(compared) => {
                let features = &compared.features;
                f64::midpoint(stretched(features.content), features.coverage)
            }
            Destination::Pathway(_, cosine) => stretched(*cosine),
        };
        Self {
            content: rounded(content),
            collaborative: relations.collaborative,
            institution: relations.institution,
            history: relations.history,
        }
    }

    /// Name, value and weight of every factor.
    pub(super) fn parts(&self, weights: &Weights) -> [(&'static str, Option<f64>, f64); 4] {
        [
            ("content", Some(self.content), weights.content),
            ("collaborative", self.collaborative, weights.collaborative),
            ("institution", self.institution, weights.institution),
            ("history", self.history, weights.history),
        ]
    }

    /// The weighted mean of what is known.
    pub(super) fn score(&self, weights: &Weights) -> f64 {
        let (sum, total) = self
            .parts(weights)
            .into_iter()
            .filter_map(|(_name, value, weight)| value.map(|value| (value, weight)))
            .fold((0.0, 0.0), |(sum, total), (value, weight)| {
                (sum + value * weight, total + weight)
            });
        if total > 0.0 {
            rounded(sum / total)
        } else {
            0.0
        }
    }
}
