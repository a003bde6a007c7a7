//! Where an offer could lead.

use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId, PathwayId};
use domain::validate::Violations;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::institution::InstitutionSummary;
use crate::dto::pathway::Pathway;

const MOST: u32 = 20;

/// Asks where an offer could lead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecommendationRequest {
    /// The offer.
    #[schema(value_type = Uuid)]
    pub(crate) micro_credential_id: MicroCredentialId,
    /// Only to this institution. Without it, to any institution but the offer's own.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) target_institution_id: Option<InstitutionId>,
    /// Most recommendations.
    #[serde(default = "five")]
    #[schema(minimum = 1, maximum = 20, default = 5)]
    pub(crate) limit: u32,
    /// Least confidence.
    #[serde(default = "three_fifths")]
    #[schema(minimum = 0, maximum = 1, default = 0.6)]
    pub(crate) min_confidence: f64,
}

const fn five() -> u32 {
    5
}

const fn three_fifths() -> f64 {
    0.6
}

impl RecommendationRequest {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        violations.within("limit", &self.limit, &(1..=MOST));
        violations.within("minConfidence", &self.min_confidence, &(0.0..=1.0));
        violations.finish()?;
        Ok(self)
    }
}

/// Recommendations. People decide.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendationAnswer {
    /// Best first; empty when nothing on record fits.
    pub(crate) recommendations: Vec<PathwayRecommendation>,
    pub(crate) metadata: RecommendationMetadata,
    /// The stored prediction.
    pub(crate) prediction_id: Uuid,
}

/// How recommendations came about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendationMetadata {
    /// Destinations compared.
    pub(crate) total_candidates: u32,
    /// Those that reach the least confidence.
    pub(crate) filtered_count: u32,
    /// Time spent, in milliseconds.
    pub(crate) computation_time_ms: f64,
    /// Method, weights and encoder.
    #[schema(
        example = "pathway-factors-1(0.4/0.3/0.2/0.1)+all-MiniLM-L6-v2@1110a243fdf4706b3f48f1d95db1a4f5529b4d41-int8"
    )]
    pub(crate) model_version: String,
}

/// One destination and why.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PathwayRecommendation {
    /// The pathway when it is open already.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) pathway_id: Option<PathwayId>,
    pub(crate) target_program: RecommendedProgram,
    /// Weighted mean of the factors that are known, 0 to 1.
    pub(crate) confidence_score: f64,
    /// Credits that could transfer.
    #[serde(with = "rust_decimal::serde::float")]
    pub(crate) transfer_credits: Decimal,
    /// Why, in sentences.
    pub(crate) reasoning: Vec<String>,
    pub(crate) factors: Factors,
    /// Outcomes shared, most alike first.
    pub(crate) similar_outcomes: Vec<SimilarOutcome>,
    /// Hours of learning that remain; null when the destination states none.
    #[serde(with = "rust_decimal::serde::float_option")]
    pub(crate) expected_duration: Option<Decimal>,
}

/// Where a recommendation leads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendedProgram {
    /// The offer; null for a pathway, which names none.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) micro_credential_id: Option<MicroCredentialId>,
    /// Title of the offer, or name of the pathway.
    pub(crate) title: String,
    pub(crate) institution: InstitutionSummary,
}

/// The four factors, each 0 to 1; null when nothing on record tells it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Factors {
    /// How alike content and outcomes are.
    pub(crate) content: f64,
    /// What was decided for offers like this one.
    pub(crate) collaborative: Option<f64>,
    /// What stands between the two institutions.
    pub(crate) institution: Option<f64>,
    /// How much of what was decided between them still stands.
    pub(crate) history: Option<f64>,
}

/// An outcome of the offer beside one of the destination.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SimilarOutcome {
    pub(crate) source_outcome: String,
    pub(crate) target_outcome: String,
    /// 0 to 1.
    pub(crate) similarity: f64,
}

/// Drafts that were recorded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuggestionAnswer {
    /// As recorded, best first; empty when nothing reaches the least confidence that has no pathway from this offer yet.
    pub(crate) pathways: Vec<Pathway>,
    pub(crate) metadata: RecommendationMetadata,
    /// The stored prediction.
    pub(crate) prediction_id: Uuid,
}
