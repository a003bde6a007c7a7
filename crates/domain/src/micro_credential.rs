//! Micro-credentials with their learning outcomes and prerequisites.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::id::{LearningOutcomeId, MicroCredentialId, PrerequisiteId};
use crate::institution::InstitutionSummary;
use crate::validate::Violations;
use crate::vocabulary::{
    BloomLevel, CredentialType, DeliveryMode, EducationLevel, OutcomeCategory, PrerequisiteType,
};
use crate::workflow::CredentialStatus;

/// Most outcomes of one micro-credential.
pub const MAX_OUTCOMES: usize = 100;
/// Most prerequisites of one micro-credential.
pub const MAX_PREREQUISITES: usize = 50;
/// Most credits of one micro-credential.
pub const MAX_CREDITS: Decimal = Decimal::from_parts(60, 0, 0, false, 0);
const MAX_HOURS: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);
const MAX_COST: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
const LEAST_HOURS: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// What a caller says of one learning outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LearningOutcomeDraft {
    /// What the learner can do afterwards.
    pub outcome_text: String,
    /// Bloom level, if stated.
    pub bloom_level: Option<BloomLevel>,
    /// Category, if stated.
    pub category: Option<OutcomeCategory>,
    /// True when the credential cannot be earned without it.
    pub is_core: bool,
    /// Key words.
    #[serde(default)]
    pub keywords: Vec<String>,
}

impl LearningOutcomeDraft {
    /// Checks every rule for the fields.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub fn validate(&self) -> Result<(), Failure> {
        let mut violations = Violations::new();
        self.check("", &mut violations);
        violations.finish()
    }

    fn check(&self, path: &str, violations: &mut Violations) {
        violations.text(format!("{path}outcomeText"), &self.outcome_text, 5_000);
        violations.require(
            self.keywords.len() <= 30,
            format!("{path}keywords"),
            "must have at most 30 entries",
        );
        for (place, keyword) in self.keywords.iter().enumerate().take(30) {
            violations.text(format!("{path}keywords[{place}]"), keyword, 100);
        }
    }
}

/// What a caller says of one prerequisite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrerequisiteDraft {
    /// What is asked for.
    pub description: String,
    /// Kind.
    #[serde(rename = "type")]
    pub prerequisite_type: PrerequisiteType,
    /// False when it is only advised.
    pub is_mandatory: bool,
}

impl PrerequisiteDraft {
    /// Checks every rule for the fields.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub fn validate(&self) -> Result<(), Failure> {
        let mut violations = Violations::new();
        self.check("", &mut violations);
        violations.finish()
    }

    fn check(&self, path: &str, violations: &mut Violations) {
        violations.text(format!("{path}description"), &self.description, 1_000);
    }
}

/// What a caller says of a micro-credential, beside its institution and status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MicroCredentialDraft {
    /// Title.
    pub title: String,
    /// Title for narrow places.
    pub short_title: Option<String>,
    /// What it is about and for whom.
    pub description: Option<String>,
    /// Unique code, for example `BCIT-CYB-101`.
    pub program_code: String,
    /// Kind of credential.
    pub credential_type: CredentialType,
    /// How it is taught, if stated.
    pub delivery_mode: Option<DeliveryMode>,
    /// Learning hours, if stated.
    #[serde(with = "rust_decimal::serde::float_option")]
    pub duration: Option<Decimal>,
    /// Credits, 0 to 60, if stated.
    #[serde(with = "rust_decimal::serde::float_option")]
    pub credits: Option<Decimal>,
    /// How learning is assessed.
    pub assessment_method: Option<String>,
    /// Price in Canadian dollars.
    #[serde(with = "rust_decimal::serde::float_option")]
    pub cost: Option<Decimal>,
    /// Language of instruction.
    pub language: String,
    /// How advanced it is, if stated.
    pub level: Option<EducationLevel>,
    /// Campus.
    pub campus: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Faculty.
    pub faculty: Option<String>,
    /// First day of validity.
    pub effective_date: Option<NaiveDate>,
    /// Last day of validity.
    pub expiry_date: Option<NaiveDate>,
    /// Day of the last quality review.
    pub last_review_date: Option<NaiveDate>,
    /// Day when the next review is due.
    pub next_review_date: Option<NaiveDate>,
    /// Page of the program.
    pub program_url: Option<String>,
    /// Page to apply at.
    pub application_url: Option<String>,
    /// Anything else a reader should know.
    pub additional_info: Option<String>,
    /// Outcomes in their order.
    pub outcomes: Vec<LearningOutcomeDraft>,
    /// Prerequisites in their order.
    pub prerequisites: Vec<PrerequisiteDraft>,
}

impl MicroCredentialDraft {
    /// A draft with nothing but what must be there.
    #[must_use]
    pub fn titled(
        title: impl Into<String>,
        program_code: impl Into<String>,
        credential_type: CredentialType,
    ) -> Self {
        Self {
            title: title.into(),
            short_title: None,
            description: None,
            program_code: program_code.into(),
            credential_type,
            delivery_mode: None,
            duration: None,
            credits: None,
            assessment_method: None,
            cost: None,
            language: "English".into(),
            level: None,
            campus: None,
            department: None,
            faculty: None,
            effective_date: None,
            expiry_date: None,
            last_review_date: None,
            next_review_date: None,
            program_url: None,
            application_url: None,
            additional_info: None,
            outcomes: Vec::new(),
            prerequisites: Vec::new(),
        }
    }

    /// Checks every rule for the fields.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub fn validate(&self) -> Result<(), Failure> {
        let mut violations = Violations::new();
        self.check_texts(&mut violations);
        self.check_figures(&mut violations);
        self.check_outcomes(&mut violations);
        self.check_prerequisites(&mut violations);
        violations.finish()
    }

    fn check_texts(&self, violations: &mut Violations) {
        violations.text("title", &self.title, 300);
        violations.optional_text("shortTitle", self.short_title.as_deref(), 100);
        violations.optional_text("description", self.description.as_deref(), 10_000);
        violations.text("programCode", &self.program_code, 60);
        violations.optional_text("assessmentMethod", self.assessment_method.as_deref(), 1_000);
        violations.text("language", &self.language, 60);
        violations.optional_text("campus", self.campus.as_deref(), 200);
        violations.optional_text("department", self.department.as_deref(), 200);
        violations.optional_text("faculty", self.faculty.as_deref(), 200);
        violations.optional_text("additionalInfo", self.additional_info.as_deref(), 10_000);
        violations.web_address("programUrl", self.program_url.as_deref());
        violations.web_address("applicationUrl", self.application_url.as_deref());
    }

    fn check_figures(&self, violations: &mut Violations) {
        violations.decimal("duration", self.duration, LEAST_HOURS, MAX_HOURS);
        violations.decimal("credits", self.credits, Decimal::ZERO, MAX_CREDITS);
        violations.decimal("cost", self.cost, Decimal::ZERO, MAX_COST);
        if let (Some(effective), Some(expiry)) = (self.effective_date, self.expiry_date) {
            violations.require(
                effective <= expiry,
                "expiryDate",
                "must not be before effectiveDate",
            );
        }
    }

    fn check_outcomes(&self, violations: &mut Violations) {
        violations.require(
            self.outcomes.len() <= MAX_OUTCOMES,
            "outcomes",
            format!("must have at most {MAX_OUTCOMES} entries"),
        );
        for (index, outcome) in self.outcomes.iter().enumerate().take(MAX_OUTCOMES) {
            outcome.check(&format!("outcomes[{index}]."), violations);
        }
    }

    fn check_prerequisites(&self, violations: &mut Violations) {
        violations.require(
            self.prerequisites.len() <= MAX_PREREQUISITES,
            "prerequisites",
            format!("must have at most {MAX_PREREQUISITES} entries"),
        );
        for (index, prerequisite) in self
            .prerequisites
            .iter()
            .enumerate()
            .take(MAX_PREREQUISITES)
        {
            prerequisite.check(&format!("prerequisites[{index}]."), violations);
        }
    }
}

/// A learning outcome on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LearningOutcome {
    /// Identifier.
    pub id: LearningOutcomeId,
    /// The fields.
    #[serde(flatten)]
    pub fields: LearningOutcomeDraft,
    /// Place in the list, from 0.
    pub order_index: u32,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When its fields or its place last changed.
    pub updated_at: DateTime<Utc>,
}

/// A prerequisite on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prerequisite {
    /// Identifier.
    pub id: PrerequisiteId,
    /// The fields.
    #[serde(flatten)]
    pub fields: PrerequisiteDraft,
    /// Place in the list, from 0.
    pub order_index: u32,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When its fields or its place last changed.
    pub updated_at: DateTime<Utc>,
}

/// A micro-credential on record. `fields.outcomes` and `fields.prerequisites` are empty; the recorded ones stand beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MicroCredential {
    /// Identifier.
    pub id: MicroCredentialId,
    /// Its institution.
    pub institution: InstitutionSummary,
    /// The descriptive fields.
    pub fields: MicroCredentialDraft,
    /// Place in the workflow.
    pub status: CredentialStatus,
    /// False once withdrawn.
    pub is_active: bool,
    /// When it was first published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts every change.
    pub version: i64,
    /// Outcomes in their order; empty in lists.
    pub outcomes: Vec<LearningOutcome>,
    /// Prerequisites in their order; empty in lists.
    pub prerequisites: Vec<Prerequisite>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_broken_rules_come_at_once() {
        let mut draft = MicroCredentialDraft::titled(" ", "X\0", CredentialType::Badge);
        draft.credits = Some(Decimal::from(61));
        draft.duration = Some(Decimal::from(-3));
        draft.outcomes = vec![LearningOutcomeDraft {
            outcome_text: String::new(),
            bloom_level: None,
            category: None,
            is_core: true,
            keywords: vec![],
        }];

        let failure = draft.validate().unwrap_err();

        let named: Vec<_> = failure
            .fields
            .iter()
            .map(|violation| violation.field.as_str())
            .collect();
        assert_eq!(
            named,
            [
                "title",
                "programCode",
                "duration",
                "credits",
                "outcomes[0].outcomeText"
            ]
        );
    }

    #[test]
    fn a_bare_draft_is_valid() {
        MicroCredentialDraft::titled("Welding", "BCIT-WELD-1", CredentialType::MicroCredential)
            .validate()
            .unwrap();
    }
}
