//! Institutions: what a caller says of them.

use domain::Failure;
use domain::institution::InstitutionDraft;
use domain::vocabulary::InstitutionType;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::dto::vocabulary;

// One list of fields for both bodies: serde cannot flatten a struct and refuse unknown fields at once.
macro_rules! institution_inputs {
    ($($(#[$doc:meta])* $name:ident { $($own:tt)* })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub(crate) struct $name {
            $($own)*
            /// Full name.
            #[schema(example = "British Columbia Institute of Technology", min_length = 1)]
            name: String,
            /// Kind.
            #[serde(rename = "type")]
            #[schema(value_type = vocabulary::InstitutionType)]
            institution_type: InstitutionType,
            /// Short unique code: capital letters, digits, hyphens.
            #[schema(example = "BCIT", min_length = 1)]
            code: String,
            /// Street address.
            #[schema(min_length = 1)]
            address: Option<String>,
            /// City.
            #[schema(min_length = 1)]
            city: Option<String>,
            /// Province or state.
            #[schema(min_length = 1)]
            province: Option<String>,
            /// Postal code.
            #[schema(min_length = 1)]
            postal_code: Option<String>,
            /// Country; Canada when absent.
            #[schema(min_length = 1)]
            country: Option<String>,
            /// Web site.
            #[schema(example = "https://www.bcit.ca", min_length = 1)]
            website: Option<String>,
            /// Contact e-mail.
            #[schema(min_length = 1)]
            contact_email: Option<String>,
            /// Contact telephone.
            #[schema(min_length = 1)]
            contact_phone: Option<String>,
        }

        impl $name {
            /// Checks every rule.
            ///
            /// # Errors
            /// `VALIDATION_ERROR` with every broken rule.
            pub(crate) fn into_domain(self) -> Result<InstitutionDraft, Failure> {
                let draft = InstitutionDraft {
                    name: self.name,
                    institution_type: self.institution_type,
                    code: self.code,
                    address: self.address,
                    city: self.city,
                    province: self.province,
                    postal_code: self.postal_code,
                    country: self.country.unwrap_or_else(|| "Canada".into()),
                    website: self.website,
                    contact_email: self.contact_email,
                    contact_phone: self.contact_phone,
                };
                draft.validate()?;
                Ok(draft)
            }
        }
    )+};
}

institution_inputs! {
    /// A new institution.
    CreateInstitution {}
    /// All fields of an institution as they should stand.
    UpdateInstitution {
        /// False withdraws it, true brings it back; as it was when absent. Platform administrators.
        pub(crate) is_active: Option<bool>,
    }
}
