//! Micro-credentials: filters and answers.

mod input;

use chrono::{DateTime, NaiveDate, Utc};
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId};
use domain::micro_credential::{MAX_CREDITS, MicroCredential};
use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use domain::workflow::CredentialStatus;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub(crate) use self::input::{CreateCredential, UpdateCredential};
use super::institution::InstitutionSummary;
use super::outcome::{LearningOutcome, Prerequisite};
use super::page::{bad_parameter, windowed};
use super::pathway::Pathway;
use super::recognition::Recognition;
use super::vocabulary;
use crate::response::HasVersion;
use crate::upstream::credential::micro_credential;

/// Filters of the list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CredentialQuery {
    /// Page number, from 1.
    #[param(minimum = 1, maximum = 100_000, default = 1)]
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// `createdAt`, `updatedAt`, `title`, `programCode`, `credits` or `publishedAt`, with `-` in front for descending.
    #[param(pattern = "^-?(createdAt|updatedAt|title|programCode|credits|publishedAt)$")]
    pub(crate) sort: Option<String>,
    /// Walks the list, undisturbed by rows that come and go: empty to begin, then the `next_cursor` of the answer before. Not
    /// together with `page`.
    #[param(max_length = 4000)]
    pub(crate) cursor: Option<String>,
    /// Only this status; others than PUBLISHED show the caller's own institution's.
    #[param(value_type = Option<vocabulary::CredentialStatus>, inline)]
    pub(crate) status: Option<CredentialStatus>,
    /// Only of this institution.
    #[param(value_type = Option<Uuid>)]
    pub(crate) institution_id: Option<InstitutionId>,
    /// Only this kind.
    #[param(value_type = Option<vocabulary::CredentialType>, inline)]
    pub(crate) credential_type: Option<CredentialType>,
    /// Only this level.
    #[param(value_type = Option<vocabulary::EducationLevel>, inline)]
    pub(crate) level: Option<EducationLevel>,
    /// Only taught this way.
    #[param(value_type = Option<vocabulary::DeliveryMode>, inline)]
    pub(crate) delivery_mode: Option<DeliveryMode>,
    /// Words in title, description or program code.
    #[param(max_length = 200)]
    pub(crate) search: Option<String>,
    /// At least so many credits.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 60)]
    pub(crate) min_credits: Option<Decimal>,
    /// At most so many credits.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 60)]
    pub(crate) max_credits: Option<Decimal>,
}

windowed!(CredentialQuery => cursor);

impl CredentialQuery {
    /// Insists that the bounds of credits are such as credits can have.
    ///
    /// # Errors
    /// `INVALID_FORMAT` naming the parameter.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        for (field, value) in [
            ("minCredits", self.min_credits),
            ("maxCredits", self.max_credits),
        ] {
            let possible =
                value.is_none_or(|credits| (Decimal::ZERO..=MAX_CREDITS).contains(&credits));
            if !possible {
                return Err(bad_parameter(
                    field,
                    format!("must be between 0 and {MAX_CREDITS}"),
                ));
            }
        }
        Ok(self)
    }
}

/// A micro-credential as lists show it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CredentialSummary {
    #[schema(value_type = Uuid)]
    pub(crate) id: MicroCredentialId,
    title: String,
    short_title: Option<String>,
    description: Option<String>,
    program_code: String,
    #[schema(value_type = Uuid)]
    institution_id: InstitutionId,
    institution: InstitutionSummary,
    #[schema(value_type = vocabulary::CredentialType)]
    credential_type: CredentialType,
    #[schema(value_type = Option<vocabulary::DeliveryMode>)]
    delivery_mode: Option<DeliveryMode>,
    /// Learning hours.
    #[serde(with = "rust_decimal::serde::float_option")]
    duration: Option<Decimal>,
    #[serde(with = "rust_decimal::serde::float_option")]
    credits: Option<Decimal>,
    assessment_method: Option<String>,
    /// Canadian dollars.
    #[serde(with = "rust_decimal::serde::float_option")]
    cost: Option<Decimal>,
    language: String,
    #[schema(value_type = Option<vocabulary::EducationLevel>)]
    level: Option<EducationLevel>,
    campus: Option<String>,
    department: Option<String>,
    faculty: Option<String>,
    #[schema(value_type = vocabulary::CredentialStatus)]
    status: CredentialStatus,
    is_active: bool,
    effective_date: Option<NaiveDate>,
    expiry_date: Option<NaiveDate>,
    last_review_date: Option<NaiveDate>,
    next_review_date: Option<NaiveDate>,
    program_url: Option<String>,
    application_url: Option<String>,
    additional_info: Option<String>,
    published_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Counts every change; `If-Match` takes it.
    #[schema(minimum = 1)]
    version: i64,
}

/// A micro-credential with its outcomes and prerequisites.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Credential {
    #[serde(flatten)]
    pub(crate) summary: CredentialSummary,
    outcomes: Vec<LearningOutcome>,
    prerequisites: Vec<Prerequisite>,
}

/// A micro-credential with everything that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CredentialDetail {
    #[serde(flatten)]
    credential: Credential,
    /// Newest first, at most 100.
    recognitions: Vec<Recognition>,
    /// Newest first, at most 100.
    pathways: Vec<Pathway>,
}

impl From<MicroCredential> for CredentialSummary {
    fn from(credential: MicroCredential) -> Self {
        let fields = credential.fields;
        Self {
            id: credential.id,
            title: fields.title,
            short_title: fields.short_title,
            description: fields.description,
            program_code: fields.program_code,
            institution_id: credential.institution.id,
            institution: credential.institution.into(),
            credential_type: fields.credential_type,
            delivery_mode: fields.delivery_mode,
            duration: fields.duration,
            credits: fields.credits,
            assessment_method: fields.assessment_method,
            cost: fields.cost,
            language: fields.language,
            level: fields.level,
            campus: fields.campus,
            department: fields.department,
            faculty: fields.faculty,
            status: credential.status,
            is_active: credential.is_active,
            effective_date: fields.effective_date,
            expiry_date: fields.expiry_date,
            last_review_date: fields.last_review_date,
            next_review_date: fields.next_review_date,
            program_url: fields.program_url,
            application_url: fields.application_url,
            additional_info: fields.additional_info,
            published_at: credential.published_at,
            created_at: credential.created_at,
            updated_at: credential.updated_at,
            version: credential.version,
        }
    }
}

impl From<MicroCredential> for Credential {
    fn from(mut credential: MicroCredential) -> Self {
        let outcomes = std::mem::take(&mut credential.outcomes);
        let prerequisites = std::mem::take(&mut credential.prerequisites);
        Self {
            summary: credential.into(),
            outcomes: outcomes.into_iter().map(Into::into).collect(),
            prerequisites: prerequisites.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<micro_credential::CredentialDetail> for CredentialDetail {
    fn from(detail: micro_credential::CredentialDetail) -> Self {
        Self {
            credential: detail.credential.into(),
            recognitions: detail.recognitions.into_iter().map(Into::into).collect(),
            pathways: detail.pathways.into_iter().map(Into::into).collect(),
        }
    }
}

impl HasVersion for Credential {
    fn version(&self) -> i64 {
        self.summary.version
    }
}

impl HasVersion for CredentialDetail {
    fn version(&self) -> i64 {
        self.credential.summary.version
    }
}
