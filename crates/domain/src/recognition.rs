//! Recognitions: decisions of an institution to give credit for another's offer.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::failure::Failure;
use crate::id::{InstitutionId, MicroCredentialId, RecognitionId};
use crate::institution::InstitutionSummary;
use crate::micro_credential::MAX_CREDITS;
use crate::validate::Violations;
use crate::vocabulary::{CreditType, RecognitionType, TranscriptMethod};

/// What a caller says of a recognition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecognitionDraft {
    /// The micro-credential recognised.
    pub micro_credential_id: MicroCredentialId,
    /// The institution that recognises it.
    pub recognizing_institution_id: InstitutionId,
    /// What it gives.
    pub recognition_type: RecognitionType,
    /// Credits given, 0 to 60.
    #[serde(with = "rust_decimal::serde::float")]
    pub credit_value: Decimal,
    /// Where the credit counts.
    pub credit_type: CreditType,
    /// How it shows on the transcript.
    pub transcript_method: TranscriptMethod,
    /// What the learner must also do.
    pub conditions: Option<String>,
    /// First day in force.
    pub effective_date: NaiveDate,
    /// Last day in force.
    pub expiry_date: Option<NaiveDate>,
    /// Reference of the decision, for example a senate minute.
    pub approval_reference: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Image of a badge.
    pub badge_url: Option<String>,
    /// Template of a certificate.
    pub certificate_template_id: Option<String>,
}

impl RecognitionDraft {
    /// Checks every rule for the fields.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub fn validate(&self) -> Result<(), Failure> {
        let mut violations = Violations::new();
        violations.decimal(
            "creditValue",
            Some(self.credit_value),
            Decimal::ZERO,
            MAX_CREDITS,
        );
        violations.optional_text("conditions", self.conditions.as_deref(), 5_000);
        violations.optional_text("approvalReference", self.approval_reference.as_deref(), 200);
        violations.optional_text("notes", self.notes.as_deref(), 5_000);
        violations.web_address("badgeUrl", self.badge_url.as_deref());
        violations.optional_text(
            "certificateTemplateId",
            self.certificate_template_id.as_deref(),
            100,
        );
        if let Some(expiry) = self.expiry_date {
            violations.require(
                self.effective_date <= expiry,
                "expiryDate",
                "must not be before effectiveDate",
            );
        }
        violations.finish()
    }
}

/// A recognition on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// Identifier.
    pub id: RecognitionId,
    /// The fields.
    pub fields: RecognitionDraft,
    /// Title of the micro-credential.
    pub micro_credential_title: String,
    /// The institution that offers the micro-credential.
    pub offering_institution: InstitutionSummary,
    /// The institution that recognises it.
    pub recognizing_institution: InstitutionSummary,
    /// False once withdrawn.
    pub is_active: bool,
    /// When it was withdrawn; it is in force up to the day before.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts every change.
    pub version: i64,
}
