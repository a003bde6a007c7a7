//! Pathways.

use chrono::{DateTime, Utc};
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId, PathwayId, UserId};
use domain::pathway::{self, MAX_REVIEW_NOTES, PathwayDraft};
use domain::validate::Violations;
use domain::vocabulary::PathwayType;
use domain::workflow::PathwayStatus;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::institution::InstitutionSummary;
use super::page::windowed;
use super::{number, vocabulary};
use crate::response::HasVersion;

/// Filters of the list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PathwayQuery {
    /// Page number, from 1.
    #[param(minimum = 1, maximum = 100_000, default = 1)]
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// `createdAt`, `updatedAt`, `name` or `transferCredits`, with `-` in front for descending.
    #[param(pattern = "^-?(createdAt|updatedAt|name|transferCredits)$")]
    pub(crate) sort: Option<String>,
    /// Walks the list, undisturbed by rows that come and go: empty to begin, then the `next_cursor` of the answer before. Not
    /// together with `page`.
    #[param(max_length = 4000)]
    pub(crate) cursor: Option<String>,
    /// Only from this institution.
    #[param(value_type = Option<Uuid>)]
    pub(crate) source_institution_id: Option<InstitutionId>,
    /// Only to this institution.
    #[param(value_type = Option<Uuid>)]
    pub(crate) target_institution_id: Option<InstitutionId>,
    /// Only from this micro-credential.
    #[param(value_type = Option<Uuid>)]
    pub(crate) micro_credential_id: Option<MicroCredentialId>,
    /// Only this kind.
    #[param(value_type = Option<vocabulary::PathwayType>, inline)]
    pub(crate) pathway_type: Option<PathwayType>,
    /// Only this status; others than ACTIVE show what the caller's institution takes part in.
    #[param(value_type = Option<vocabulary::PathwayStatus>, inline)]
    pub(crate) status: Option<PathwayStatus>,
    /// Only suggested by a model, or only by people.
    pub(crate) is_ai_suggested: Option<bool>,
}

windowed!(PathwayQuery => cursor);

/// A new pathway; it begins as a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreatePathway {
    /// Name.
    #[schema(
        example = "From Cybersecurity Fundamentals into the Diploma in Networking",
        min_length = 1
    )]
    name: String,
    /// What it leads to.
    #[schema(min_length = 1)]
    description: Option<String>,
    /// Institution that offers the micro-credential.
    #[schema(value_type = Uuid)]
    pub(crate) source_institution_id: InstitutionId,
    /// Institution that the learner moves to.
    #[schema(value_type = Uuid)]
    target_institution_id: InstitutionId,
    /// The micro-credential that opens it.
    #[schema(value_type = Uuid)]
    micro_credential_id: MicroCredentialId,
    /// Kind.
    #[schema(value_type = vocabulary::PathwayType)]
    pathway_type: PathwayType,
    /// Credits that transfer.
    #[serde(default, deserialize_with = "number::optional")]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 60, example = 3)]
    transfer_credits: Option<Decimal>,
    /// How the parts correspond.
    #[schema(min_length = 1)]
    equivalency_notes: Option<String>,
    /// What else is asked for.
    #[schema(min_length = 1)]
    additional_requirements: Option<String>,
}

impl CreatePathway {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn into_domain(self) -> Result<PathwayDraft, Failure> {
        let draft = PathwayDraft {
            name: self.name,
            description: self.description,
            source_institution_id: self.source_institution_id,
            target_institution_id: self.target_institution_id,
            micro_credential_id: self.micro_credential_id,
            pathway_type: self.pathway_type,
            transfer_credits: self.transfer_credits,
            equivalency_notes: self.equivalency_notes,
            additional_requirements: self.additional_requirements,
        };
        draft.validate()?;
        Ok(draft)
    }
}

/// The target institution agrees.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ApprovePathway {
    /// What the reviewer adds.
    #[schema(min_length = 1, max_length = 5000)]
    notes: Option<String>,
}

impl ApprovePathway {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` naming the field.
    pub(crate) fn into_notes(self) -> Result<Option<String>, Failure> {
        let mut violations = Violations::new();
        violations.optional_text("notes", self.notes.as_deref(), MAX_REVIEW_NOTES);
        violations.finish()?;
        Ok(self.notes)
    }
}

/// The target institution sends it back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RejectPathway {
    /// What has to change.
    #[schema(min_length = 1, max_length = 5000)]
    reason: String,
}

impl RejectPathway {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` naming the field.
    pub(crate) fn into_notes(self) -> Result<Option<String>, Failure> {
        let mut violations = Violations::new();
        violations.text("reason", &self.reason, MAX_REVIEW_NOTES);
        violations.finish()?;
        Ok(Some(self.reason))
    }
}

/// A pathway.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pathway {
    #[schema(value_type = Uuid)]
    pub(crate) id: PathwayId,
    name: String,
    description: Option<String>,
    #[schema(value_type = Uuid)]
    source_institution_id: InstitutionId,
    source_institution: InstitutionSummary,
    #[schema(value_type = Uuid)]
    target_institution_id: InstitutionId,
    target_institution: InstitutionSummary,
    #[schema(value_type = Uuid)]
    micro_credential_id: MicroCredentialId,
    /// Title of the micro-credential.
    micro_credential_title: String,
    #[schema(value_type = vocabulary::PathwayType)]
    pathway_type: PathwayType,
    #[serde(with = "rust_decimal::serde::float_option")]
    transfer_credits: Option<Decimal>,
    equivalency_notes: Option<String>,
    additional_requirements: Option<String>,
    /// Confidence of the suggestion, 0 to 1, when a model suggested it.
    confidence_score: Option<f64>,
    is_ai_suggested: bool,
    ai_reasoning: Option<String>,
    #[schema(value_type = vocabulary::PathwayStatus)]
    status: PathwayStatus,
    is_active: bool,
    #[schema(value_type = Option<Uuid>)]
    approved_by: Option<UserId>,
    approved_at: Option<DateTime<Utc>>,
    /// What the reviewer wrote when approving it or sending it back; only for people of the institutions that it joins.
    review_notes: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Counts every change; `If-Match` takes it.
    #[schema(minimum = 1)]
    version: i64,
}

impl From<pathway::Pathway> for Pathway {
    fn from(pathway: pathway::Pathway) -> Self {
        let fields = pathway.fields;
        Self {
            id: pathway.id,
            name: fields.name,
            description: fields.description,
            source_institution_id: fields.source_institution_id,
            source_institution: pathway.source_institution.into(),
            target_institution_id: fields.target_institution_id,
            target_institution: pathway.target_institution.into(),
            micro_credential_id: fields.micro_credential_id,
            micro_credential_title: pathway.micro_credential_title,
            pathway_type: fields.pathway_type,
            transfer_credits: fields.transfer_credits,
            equivalency_notes: fields.equivalency_notes,
            additional_requirements: fields.additional_requirements,
            confidence_score: pathway.confidence_score,
            is_ai_suggested: pathway.is_ai_suggested,
            ai_reasoning: pathway.ai_reasoning,
            status: pathway.status,
            is_active: pathway.is_active,
            approved_by: pathway.approved_by,
            approved_at: pathway.approved_at,
            review_notes: pathway.review_notes,
            created_at: pathway.created_at,
            updated_at: pathway.updated_at,
            version: pathway.version,
        }
    }
}

impl HasVersion for Pathway {
    fn version(&self) -> i64 {
        self.version
    }
}
