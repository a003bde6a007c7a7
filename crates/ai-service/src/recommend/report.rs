//! What a recommendation says.

use domain::id::{MicroCredentialId, PathwayId};
use domain::institution::InstitutionSummary;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde::Serialize;

use super::factors::Factors;
use super::policy::MOST_OUTCOMES;
use super::{Candidate, Destination, Situation, wording};
use crate::assess::credit;
use crate::assess::features::Compared;

/// The best destinations.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recommended {
    pub(crate) recommendations: Vec<Recommendation>,
    /// Destinations compared.
    pub(crate) total: usize,
    /// Those that reach the least confidence.
    pub(crate) filtered: usize,
}

/// One destination and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recommendation {
    /// The pathway that is open already.
    pub(crate) pathway_id: Option<PathwayId>,
    /// The offer it leads to.
    pub(crate) micro_credential_id: Option<MicroCredentialId>,
    pub(crate) title: String,
    pub(crate) institution: InstitutionSummary,
    pub(crate) confidence_score: f64,
    pub(crate) transfer_credits: Decimal,
    pub(crate) reasoning: Vec<String>,
    pub(crate) factors: Factors,
    pub(crate) similar_outcomes: Vec<SimilarOutcome>,
    /// Hours that remain.
    pub(crate) expected_duration: Option<Decimal>,
    /// Outcomes of the destination that nothing covers.
    pub(crate) gaps: Vec<String>,
}

/// An outcome of the source beside one of the destination.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SimilarOutcome {
    pub(crate) source_outcome: String,
    pub(crate) target_outcome: String,
    pub(crate) similarity: f64,
}

pub(super) fn of(situation: &Situation<'_>, candidate: &Candidate) -> Recommendation {
    let reasoning = wording::reasoning(situation, candidate);
    let common = |title: &str| Recommendation {
        pathway_id: None,
        micro_credential_id: None,
        title: title.to_owned(),
        institution: candidate.destination.institution().clone(),
        confidence_score: candidate.score,
        transfer_credits: Decimal::ZERO,
        reasoning: reasoning.clone(),
        factors: candidate.factors,
        similar_outcomes: Vec::new(),
        expected_duration: None,
        gaps: Vec::new(),
    };
    match &candidate.destination {
        Destination::Offer(compared) => Recommendation {
            micro_credential_id: Some(compared.target.id),
            transfer_credits: credit::at_most(situation.source, compared),
            similar_outcomes: similar(compared),
            expected_duration: remaining(compared),
            gaps: compared
                .pairs
                .iter()
                .filter(|pair| pair.source.is_none())
                .map(|pair| pair.target.text.clone())
                .collect(),
            ..common(&compared.target.title)
        },
        Destination::Pathway(pathway, _) => Recommendation {
            pathway_id: Some(pathway.id),
            transfer_credits: pathway.fields.transfer_credits.unwrap_or_default(),
            ..common(&pathway.fields.name)
        },
    }
}

/// The outcomes shared, most alike first; equals keep the order of the destination's outcomes.
fn similar(compared: &Compared) -> Vec<SimilarOutcome> {
    let mut shared: Vec<SimilarOutcome> = compared
        .pairs
        .iter()
        .filter_map(|pair| {
            let source = pair.source.as_ref()?;
            Some(SimilarOutcome {
                source_outcome: source.text.clone(),
                target_outcome: pair.target.text.clone(),
                similarity: pair.similarity,
            })
        })
        .collect();
    shared.sort_by(|left, right| right.similarity.total_cmp(&left.similarity));
    shared.truncate(MOST_OUTCOMES);
    shared
}

/// Hours of the destination that its covered outcomes do not spare, rounded up to whole hours.
fn remaining(compared: &Compared) -> Option<Decimal> {
    let hours = compared
        .target
        .hours
        .filter(|hours| *hours > Decimal::ZERO)?;
    let open = Decimal::from_f64(1.0 - compared.features.coverage)?;
    Some((hours * open).max(Decimal::ZERO).ceil().normalize())
}
