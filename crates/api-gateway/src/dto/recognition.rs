//! Recognitions.

use chrono::{DateTime, NaiveDate, Utc};
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId, RecognitionId};
use domain::recognition::{self, RecognitionDraft};
use domain::vocabulary::{CreditType, RecognitionType, TranscriptMethod};
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
pub(crate) struct RecognitionQuery {
    /// Page number, from 1.
    #[param(minimum = 1, maximum = 100_000, default = 1)]
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// `createdAt`, `updatedAt`, `effectiveDate` or `creditValue`, with `-` in front for descending.
    #[param(pattern = "^-?(createdAt|updatedAt|effectiveDate|creditValue)$")]
    pub(crate) sort: Option<String>,
    /// Walks the list, undisturbed by rows that come and go: empty to begin, then the `next_cursor` of the answer before. Not
    /// together with `page`.
    #[param(max_length = 4000)]
    pub(crate) cursor: Option<String>,
    /// Only of this micro-credential.
    #[param(value_type = Option<Uuid>)]
    pub(crate) micro_credential_id: Option<MicroCredentialId>,
    /// Only by this institution.
    #[param(value_type = Option<Uuid>)]
    pub(crate) recognizing_institution_id: Option<InstitutionId>,
    /// Only this type.
    #[param(value_type = Option<vocabulary::RecognitionType>, inline)]
    pub(crate) recognition_type: Option<RecognitionType>,
    /// Only active, or only withdrawn.
    pub(crate) is_active: Option<bool>,
    /// Only those in force on this day, such as the day of completion, whether withdrawn since or not.
    pub(crate) on_date: Option<NaiveDate>,
}

windowed!(RecognitionQuery => cursor);

/// A decision to give credit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateRecognition {
    /// The micro-credential recognised.
    #[schema(value_type = Uuid)]
    micro_credential_id: MicroCredentialId,
    /// The institution that recognises it.
    #[schema(value_type = Uuid)]
    pub(crate) recognizing_institution_id: InstitutionId,
    /// What it gives.
    #[schema(value_type = vocabulary::RecognitionType)]
    recognition_type: RecognitionType,
    /// Credits given.
    #[serde(deserialize_with = "number::required")]
    #[schema(value_type = f64, minimum = 0, maximum = 60, example = 3)]
    credit_value: Decimal,
    /// Where the credit counts.
    #[schema(value_type = vocabulary::CreditType)]
    credit_type: CreditType,
    /// How it shows on the transcript.
    #[schema(value_type = vocabulary::TranscriptMethod)]
    transcript_method: TranscriptMethod,
    /// What the learner must also do.
    #[schema(min_length = 1)]
    conditions: Option<String>,
    /// First day in force.
    effective_date: NaiveDate,
    /// Last day in force.
    expiry_date: Option<NaiveDate>,
    /// Reference of the decision.
    #[schema(example = "Senate 2026-114", min_length = 1)]
    approval_reference: Option<String>,
    /// Notes.
    #[schema(min_length = 1)]
    notes: Option<String>,
    /// Image of a badge.
    #[schema(min_length = 1)]
    badge_url: Option<String>,
    /// Template of a certificate.
    #[schema(min_length = 1)]
    certificate_template_id: Option<String>,
}

impl CreateRecognition {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn into_domain(self) -> Result<RecognitionDraft, Failure> {
        let draft = RecognitionDraft {
            micro_credential_id: self.micro_credential_id,
            recognizing_institution_id: self.recognizing_institution_id,
            recognition_type: self.recognition_type,
            credit_value: self.credit_value,
            credit_type: self.credit_type,
            transcript_method: self.transcript_method,
            conditions: self.conditions,
            effective_date: self.effective_date,
            expiry_date: self.expiry_date,
            approval_reference: self.approval_reference,
            notes: self.notes,
            badge_url: self.badge_url,
            certificate_template_id: self.certificate_template_id,
        };
        draft.validate()?;
        Ok(draft)
    }
}

/// A recognition.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recognition {
    #[schema(value_type = Uuid)]
    pub(crate) id: RecognitionId,
    #[schema(value_type = Uuid)]
    micro_credential_id: MicroCredentialId,
    /// Title of the micro-credential.
    micro_credential_title: String,
    offering_institution: InstitutionSummary,
    #[schema(value_type = Uuid)]
    recognizing_institution_id: InstitutionId,
    recognizing_institution: InstitutionSummary,
    #[schema(value_type = vocabulary::RecognitionType)]
    recognition_type: RecognitionType,
    #[serde(with = "rust_decimal::serde::float")]
    credit_value: Decimal,
    #[schema(value_type = vocabulary::CreditType)]
    credit_type: CreditType,
    #[schema(value_type = vocabulary::TranscriptMethod)]
    transcript_method: TranscriptMethod,
    conditions: Option<String>,
    effective_date: NaiveDate,
    expiry_date: Option<NaiveDate>,
    is_active: bool,
    approval_reference: Option<String>,
    notes: Option<String>,
    badge_url: Option<String>,
    certificate_template_id: Option<String>,
    /// When it was withdrawn; it is in force up to the day before.
    withdrawn_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Counts every change; `If-Match` takes it.
    #[schema(minimum = 1)]
    version: i64,
}

impl From<recognition::Recognition> for Recognition {
    fn from(recognition: recognition::Recognition) -> Self {
        let fields = recognition.fields;
        Self {
            id: recognition.id,
            micro_credential_id: fields.micro_credential_id,
            micro_credential_title: recognition.micro_credential_title,
            offering_institution: recognition.offering_institution.into(),
            recognizing_institution_id: fields.recognizing_institution_id,
            recognizing_institution: recognition.recognizing_institution.into(),
            recognition_type: fields.recognition_type,
            credit_value: fields.credit_value,
            credit_type: fields.credit_type,
            transcript_method: fields.transcript_method,
            conditions: fields.conditions,
            effective_date: fields.effective_date,
            expiry_date: fields.expiry_date,
            is_active: recognition.is_active,
            approval_reference: fields.approval_reference,
            notes: fields.notes,
            badge_url: fields.badge_url,
            certificate_template_id: fields.certificate_template_id,
            withdrawn_at: recognition.withdrawn_at,
            created_at: recognition.created_at,
            updated_at: recognition.updated_at,
            version: recognition.version,
        }
    }
}

impl HasVersion for Recognition {
    fn version(&self) -> i64 {
        self.version
    }
}
