//! Pathways: ways from a micro-credential into a program.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::failure::Failure;
use crate::id::{InstitutionId, MicroCredentialId, PathwayId, UserId};
use crate::institution::InstitutionSummary;
use crate::micro_credential::MAX_CREDITS;
use crate::validate::Violations;
use crate::vocabulary::PathwayType;
use crate::workflow::PathwayStatus;

/// Most characters of what a reviewer writes.
pub const MAX_REVIEW_NOTES: usize = 5_000;

/// What a caller says of a pathway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PathwayDraft {
    /// Name.
    pub name: String,
    /// What it leads to.
    pub description: Option<String>,
    /// Institution that offers the micro-credential.
    pub source_institution_id: InstitutionId,
    /// Institution that the learner moves to.
    pub target_institution_id: InstitutionId,
    /// The micro-credential that opens it.
    pub micro_credential_id: MicroCredentialId,
    /// Kind.
    pub pathway_type: PathwayType,
    /// Credits that transfer, 0 to 60.
    #[serde(with = "rust_decimal::serde::float_option")]
    pub transfer_credits: Option<Decimal>,
    /// How the parts correspond.
    pub equivalency_notes: Option<String>,
    /// What else is asked for.
    pub additional_requirements: Option<String>,
}

impl PathwayDraft {
    /// Checks every rule for the fields.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub fn validate(&self) -> Result<(), Failure> {
        let mut violations = Violations::new();
        violations.text("name", &self.name, 300);
        violations.optional_text("description", self.description.as_deref(), 10_000);
        violations.decimal(
            "transferCredits",
            self.transfer_credits,
            Decimal::ZERO,
            MAX_CREDITS,
        );
        violations.optional_text("equivalencyNotes", self.equivalency_notes.as_deref(), 5_000);
        violations.optional_text(
            "additionalRequirements",
            self.additional_requirements.as_deref(),
            5_000,
        );
        let same = self.source_institution_id == self.target_institution_id;
        violations.require(
            same || self.pathway_type != PathwayType::Internal,
            "pathwayType",
            "is INTERNAL only when source and target are the same institution",
        );
        violations.require(
            !same || self.pathway_type != PathwayType::External,
            "pathwayType",
            "is EXTERNAL only when source and target are different institutions",
        );
        violations.finish()
    }
}

/// A pathway on record.
#[derive(Clone, Debug, PartialEq)]
pub struct Pathway {
    /// Identifier.
    pub id: PathwayId,
    /// The fields.
    pub fields: PathwayDraft,
    /// Title of the micro-credential.
    pub micro_credential_title: String,
    /// Where it starts.
    pub source_institution: InstitutionSummary,
    /// Where it leads.
    pub target_institution: InstitutionSummary,
    /// Place in the workflow.
    pub status: PathwayStatus,
    /// Confidence of the suggestion, 0 to 1, when a model suggested it.
    pub confidence_score: Option<f64>,
    /// True when a model suggested it.
    pub is_ai_suggested: bool,
    /// The model's reasons.
    pub ai_reasoning: Option<String>,
    /// False once withdrawn.
    pub is_active: bool,
    /// Who approved it.
    pub approved_by: Option<UserId>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// What the reviewer wrote when approving it or sending it back.
    pub review_notes: Option<String>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts every change.
    pub version: i64,
}
