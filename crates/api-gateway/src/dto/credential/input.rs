//! Micro-credentials: what a caller says of them.

use chrono::NaiveDate;
use domain::Failure;
use domain::id::InstitutionId;
use domain::micro_credential::MicroCredentialDraft;
use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::dto::outcome::{OutcomeInput, PrerequisiteInput};
use crate::dto::{number, vocabulary};

// One list of fields for both bodies: serde cannot flatten a struct and refuse unknown fields at once.
macro_rules! credential_inputs {
    ($($(#[$doc:meta])* $name:ident { $($own:tt)* })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub(crate) struct $name {
            $($own)*
            /// Title.
            #[schema(example = "Cybersecurity Fundamentals", min_length = 1, max_length = 300)]
            title: String,
            /// Title for narrow places.
            #[schema(min_length = 1)]
            short_title: Option<String>,
            /// What it is about and for whom.
            #[schema(min_length = 1)]
            description: Option<String>,
            /// Unique code.
            #[schema(example = "BCIT-CYB-101", min_length = 1, max_length = 60)]
            program_code: String,
            /// Kind of credential.
            #[schema(value_type = vocabulary::CredentialType)]
            credential_type: CredentialType,
            /// How it is taught.
            #[schema(value_type = Option<vocabulary::DeliveryMode>)]
            delivery_mode: Option<DeliveryMode>,
            /// Learning hours.
            #[serde(default, deserialize_with = "number::optional")]
            #[schema(value_type = Option<f64>, exclusive_minimum = 0, example = 40)]
            duration: Option<Decimal>,
            /// Credits.
            #[serde(default, deserialize_with = "number::optional")]
            #[schema(value_type = Option<f64>, minimum = 0, maximum = 60, example = 3)]
            credits: Option<Decimal>,
            /// How learning is assessed.
            #[schema(min_length = 1)]
            assessment_method: Option<String>,
            /// Price in Canadian dollars.
            #[serde(default, deserialize_with = "number::optional")]
            #[schema(value_type = Option<f64>, minimum = 0, example = 495.5)]
            cost: Option<Decimal>,
            /// Language of instruction; English when absent.
            #[schema(min_length = 1)]
            language: Option<String>,
            /// How advanced it is.
            #[schema(value_type = Option<vocabulary::EducationLevel>)]
            level: Option<EducationLevel>,
            /// Campus.
            #[schema(min_length = 1)]
            campus: Option<String>,
            /// Department.
            #[schema(min_length = 1)]
            department: Option<String>,
            /// Faculty.
            #[schema(min_length = 1)]
            faculty: Option<String>,
            /// First day of validity.
            effective_date: Option<NaiveDate>,
            /// Last day of validity.
            expiry_date: Option<NaiveDate>,
            /// Day of the last quality review.
            last_review_date: Option<NaiveDate>,
            /// Day when the next review is due.
            next_review_date: Option<NaiveDate>,
            /// Page of the program.
            #[schema(min_length = 1)]
            program_url: Option<String>,
            /// Page to apply at.
            #[schema(min_length = 1)]
            application_url: Option<String>,
            /// Anything else a reader should know.
            #[schema(min_length = 1)]
            additional_info: Option<String>,
            /// Outcomes in their order.
            #[serde(default)]
            outcomes: Vec<OutcomeInput>,
            /// Prerequisites in their order.
            #[serde(default)]
            prerequisites: Vec<PrerequisiteInput>,
        }

        impl $name {
            /// Checks every rule.
            ///
            /// # Errors
            /// `VALIDATION_ERROR` with every broken rule.
            pub(crate) fn into_domain(self) -> Result<MicroCredentialDraft, Failure> {
                let draft = MicroCredentialDraft {
                    title: self.title,
                    short_title: self.short_title,
                    description: self.description,
                    program_code: self.program_code,
                    credential_type: self.credential_type,
                    delivery_mode: self.delivery_mode,
                    duration: self.duration,
                    credits: self.credits,
                    assessment_method: self.assessment_method,
                    cost: self.cost,
                    language: self.language.unwrap_or_else(|| "English".into()),
                    level: self.level,
                    campus: self.campus,
                    department: self.department,
                    faculty: self.faculty,
                    effective_date: self.effective_date,
                    expiry_date: self.expiry_date,
                    last_review_date: self.last_review_date,
                    next_review_date: self.next_review_date,
                    program_url: self.program_url,
                    application_url: self.application_url,
                    additional_info: self.additional_info,
                    outcomes: self.outcomes.into_iter().map(Into::into).collect(),
                    prerequisites: self.prerequisites.into_iter().map(Into::into).collect(),
                };
                draft.validate()?;
                Ok(draft)
            }
        }
    )+};
}

credential_inputs! {
    /// A new micro-credential; it begins as a draft.
    CreateCredential {
        /// Institution that offers it.
        #[schema(value_type = Uuid)]
        pub(crate) institution_id: InstitutionId,
    }
    /// All fields of a micro-credential as they should stand; outcomes and prerequisites are replaced.
    UpdateCredential {}
}
