//! Institutions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::id::InstitutionId;
use crate::validate::{Violations, is_email};
use crate::vocabulary::InstitutionType;

/// What a caller says of an institution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstitutionDraft {
    /// Full name.
    pub name: String,
    /// Kind.
    #[serde(rename = "type")]
    pub institution_type: InstitutionType,
    /// Short unique code, for example `BCIT`.
    pub code: String,
    /// Street address.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Province or state.
    pub province: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: String,
    /// Web site.
    pub website: Option<String>,
    /// Contact e-mail.
    pub contact_email: Option<String>,
    /// Contact telephone.
    pub contact_phone: Option<String>,
}

impl InstitutionDraft {
    /// Checks every rule for the fields.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub fn validate(&self) -> Result<(), Failure> {
        let mut violations = Violations::new();
        violations.text("name", &self.name, 200);
        violations.text("code", &self.code, 20);
        violations.require(
            self.code.chars().all(|character| {
                character.is_ascii_uppercase() || character.is_ascii_digit() || character == '-'
            }),
            "code",
            "must have only capital letters, digits and hyphens",
        );
        violations.optional_text("address", self.address.as_deref(), 300);
        violations.optional_text("city", self.city.as_deref(), 100);
        violations.optional_text("province", self.province.as_deref(), 100);
        violations.optional_text("postalCode", self.postal_code.as_deref(), 20);
        violations.text("country", &self.country, 100);
        violations.web_address("website", self.website.as_deref());
        if let Some(email) = &self.contact_email {
            violations.require(is_email(email), "contactEmail", "must be an e-mail address");
        }
        violations.optional_text("contactPhone", self.contact_phone.as_deref(), 40);
        violations.finish()
    }
}

/// An institution on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Institution {
    /// Identifier.
    pub id: InstitutionId,
    /// The descriptive fields.
    #[serde(flatten)]
    pub fields: InstitutionDraft,
    /// False once withdrawn.
    pub is_active: bool,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts every change.
    pub version: i64,
}

/// An institution as other objects show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InstitutionSummary {
    /// Identifier.
    pub id: InstitutionId,
    /// Full name.
    pub name: String,
    /// Short code.
    pub code: String,
}

/// Figures shown with one institution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InstitutionStats {
    /// Published micro-credentials.
    pub micro_credentials_count: u64,
    /// Active pathways that it takes part in.
    pub pathways_count: u64,
    /// Recognitions in force that it has granted.
    pub recognitions_provided: u64,
}
