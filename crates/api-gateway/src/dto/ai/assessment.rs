//! The assessment of an offer for credit, outcome by outcome.

use domain::id::{InstitutionId, MicroCredentialId, RecognitionId};
use domain::vocabulary::{
    BloomLevel, ComparisonBasis, CoverageStatus, CreditType, RecognitionType, Recommendation,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::vocabulary;

/// Asks whether an institution would give credit for an offer.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AssessmentRequest {
    /// The offer.
    #[schema(value_type = Uuid)]
    pub(crate) micro_credential_id: MicroCredentialId,
    /// The institution.
    #[schema(value_type = Uuid)]
    pub(crate) recognizing_institution_id: InstitutionId,
    /// What is asked for.
    #[schema(value_type = vocabulary::RecognitionType)]
    pub(crate) recognition_type: RecognitionType,
}

/// Advice with its reasons. A person decides.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssessmentReport {
    pub(crate) assessment: Advice,
    pub(crate) analysis: Analysis,
    pub(crate) matrix: Matrix,
    /// One for each target outcome.
    pub(crate) matches: Vec<OutcomeMatch>,
    /// Target outcomes that are not covered, in words.
    pub(crate) gaps: Vec<String>,
    /// What should be asked of the learner, in words.
    pub(crate) conditions: Vec<String>,
    /// Why, in sentences.
    pub(crate) reasoning: Vec<String>,
    /// Earlier recognitions between the two institutions.
    pub(crate) precedents: Vec<Precedent>,
    /// Method and encoder.
    pub(crate) model_version: String,
    /// The stored prediction.
    pub(crate) prediction_id: Uuid,
}

/// The advice itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Advice {
    #[schema(value_type = vocabulary::Recommendation)]
    pub(crate) recommendation: Recommendation,
    /// 0 to 1.
    pub(crate) confidence: f64,
    /// Credits advised.
    #[serde(with = "rust_decimal::serde::float")]
    pub(crate) credit_value: Decimal,
    #[schema(value_type = vocabulary::CreditType)]
    pub(crate) credit_type: CreditType,
}

/// The figures behind the advice.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Analysis {
    /// Mean coverage of the target outcomes, 0 to 1.
    pub(crate) outcome_overlap: f64,
    /// Likeness of the two offers, 0 to 1.
    pub(crate) content_similarity: f64,
    /// Shorter over longer duration, 0 to 1.
    pub(crate) duration_similarity: Option<f64>,
    /// Whether the source is at the target's level or above; null when a level is not stated.
    pub(crate) level_compatible: Option<bool>,
    /// Source credits over target credits, at most 1.
    pub(crate) credit_alignment: Option<f64>,
    /// Share of earlier requests that were accepted, 0 to 1.
    pub(crate) historical_approval_rate: Option<f64>,
    /// Weighted score that led to the recommendation, 0 to 1.
    pub(crate) score: f64,
    /// What the comparison rests on.
    #[schema(value_type = vocabulary::ComparisonBasis)]
    pub(crate) basis: ComparisonBasis,
    /// The offer compared with; null when the institution has no catalogue.
    pub(crate) target_program: Option<TargetProgram>,
    /// Other near offers, best first.
    pub(crate) alternatives: Vec<TargetProgram>,
}

/// An offer of the recognising institution.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetProgram {
    #[schema(value_type = Uuid)]
    pub(crate) micro_credential_id: MicroCredentialId,
    pub(crate) title: String,
    /// 0 to 1.
    pub(crate) content_similarity: f64,
}

/// Every outcome against every outcome.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Matrix {
    /// Columns.
    pub(crate) source_outcomes: Vec<AssessedOutcome>,
    /// Rows.
    pub(crate) target_outcomes: Vec<AssessedOutcome>,
    /// One row for each target outcome, one number for each source outcome.
    pub(crate) similarities: Vec<Vec<f64>>,
}

/// An outcome, or a topic read out of a description.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssessedOutcome {
    /// Null for a topic.
    pub(crate) id: Option<Uuid>,
    pub(crate) text: String,
    #[schema(value_type = Option<vocabulary::BloomLevel>)]
    pub(crate) bloom_level: Option<BloomLevel>,
}

/// How one target outcome is covered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutcomeMatch {
    /// The source outcome assigned to it; null when none is near.
    pub(crate) source_outcome: Option<String>,
    pub(crate) target_outcome: String,
    /// Title of the target offer.
    pub(crate) target_program: String,
    /// Likeness of the pair; 0 without one.
    pub(crate) similarity: f64,
    #[schema(value_type = vocabulary::CoverageStatus)]
    pub(crate) status: CoverageStatus,
    /// Target Bloom level minus source Bloom level; null when a level is not stated.
    pub(crate) level_gap: Option<i32>,
}

/// An earlier decision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Precedent {
    #[schema(value_type = Uuid)]
    pub(crate) recognition_id: RecognitionId,
    /// Title of the micro-credential recognised.
    pub(crate) title: String,
    #[serde(with = "rust_decimal::serde::float")]
    pub(crate) credit_value: Decimal,
}
