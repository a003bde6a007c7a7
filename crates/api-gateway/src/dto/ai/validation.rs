//! Several assessments at once, and the written rules for recognitions.

use chrono::NaiveDate;
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId, RecognitionId};
use domain::recognition::RecognitionDraft;
use domain::validate::Violations;
use domain::vocabulary::{CreditType, RecognitionType, RuleSeverity, TranscriptMethod};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assessment::{AssessmentReport, AssessmentRequest};
use crate::dto::{number, vocabulary};

const MOST_ITEMS: usize = 20;

/// Asks about several pairs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssessmentBatchRequest {
    /// The questions.
    #[schema(min_items = 1, max_items = 20)]
    pub(crate) items: Vec<AssessmentRequest>,
}

impl AssessmentBatchRequest {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        violations.require(
            (1..=MOST_ITEMS).contains(&self.items.len()),
            "items",
            format!("must have 1 to {MOST_ITEMS} entries"),
        );
        violations.finish()?;
        Ok(self)
    }
}

/// What became of all items.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssessmentBatchAnswer {
    /// One for each item, in their order.
    pub(crate) results: Vec<AssessedItem>,
}

/// What became of one item: its report or its error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssessedItem {
    /// The report; null when the item could not be assessed.
    pub(crate) report: Option<AssessmentReport>,
    /// Why it could not be assessed; null when it was.
    pub(crate) error: Option<ItemError>,
}

/// Why an item was not assessed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemError {
    /// Stable name of the error.
    #[schema(example = "NOT_FOUND")]
    pub(crate) code: String,
    /// A sentence.
    pub(crate) message: String,
    /// Broken rules.
    pub(crate) details: Vec<ItemDetail>,
}

/// One broken rule of an item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemDetail {
    pub(crate) field: String,
    pub(crate) message: String,
}

/// A proposed recognition, as `POST /recognitions` would take it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ProposedRecognition {
    /// The recognition that this would change; it does not count as a duplicate of itself.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) recognition_id: Option<RecognitionId>,
    /// The micro-credential recognised.
    #[schema(value_type = Uuid)]
    micro_credential_id: MicroCredentialId,
    /// The institution that recognises it.
    #[schema(value_type = Uuid)]
    pub(crate) recognizing_institution_id: InstitutionId,
    /// What it gives.
    #[schema(value_type = vocabulary::RecognitionType)]
    recognition_type: RecognitionType,
    /// Credits given; any number, since the rules are what checks it.
    #[serde(deserialize_with = "number::required")]
    #[schema(value_type = f64, example = 3)]
    credit_value: Decimal,
    /// Where the credit counts.
    #[schema(value_type = vocabulary::CreditType)]
    credit_type: CreditType,
    /// How it shows on the transcript.
    #[schema(value_type = vocabulary::TranscriptMethod)]
    transcript_method: TranscriptMethod,
    /// What the learner must also do.
    conditions: Option<String>,
    /// First day in force.
    effective_date: NaiveDate,
    /// Last day in force.
    expiry_date: Option<NaiveDate>,
}

impl From<ProposedRecognition> for RecognitionDraft {
    fn from(proposed: ProposedRecognition) -> Self {
        Self {
            micro_credential_id: proposed.micro_credential_id,
            recognizing_institution_id: proposed.recognizing_institution_id,
            recognition_type: proposed.recognition_type,
            credit_value: proposed.credit_value,
            credit_type: proposed.credit_type,
            transcript_method: proposed.transcript_method,
            conditions: proposed.conditions,
            effective_date: proposed.effective_date,
            expiry_date: proposed.expiry_date,
            approval_reference: None,
            notes: None,
            badge_url: None,
            certificate_template_id: None,
        }
    }
}

/// What the rules say of a proposal.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ValidationAnswer {
    /// True when no rule of severity `ERROR` is broken.
    pub(crate) valid: bool,
    /// Every broken rule, in the order of the rules.
    pub(crate) broken_rules: Vec<BrokenRule>,
    /// Names of the rules that were checked.
    pub(crate) checked_rules: Vec<String>,
    /// Rules that could not be checked, and why.
    pub(crate) unchecked_rules: Vec<UncheckedRule>,
    /// Set of rules and encoder.
    pub(crate) model_version: String,
}

/// A rule that is broken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BrokenRule {
    /// Stable name.
    #[schema(example = "CREDITS_WITHIN_OFFER")]
    pub(crate) id: String,
    /// `ERROR`: it should not be recorded like this. `WARNING`: somebody should look again.
    #[schema(value_type = vocabulary::RuleSeverity)]
    pub(crate) severity: RuleSeverity,
    /// The field it is about.
    pub(crate) field: String,
    /// What is wrong, with the figures.
    pub(crate) explanation: String,
}

/// A rule that could not be checked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UncheckedRule {
    /// Stable name.
    pub(crate) id: String,
    /// What is not on record.
    pub(crate) reason: String,
}
