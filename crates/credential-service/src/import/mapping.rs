//! How columns become fields; see `mappings/README.md`.

use std::collections::BTreeMap;

use csv::StringRecord;
use domain::institution::InstitutionDraft;
use domain::micro_credential::MicroCredentialDraft;
use domain::vocabulary::InstitutionType;
use domain::workflow::CredentialStatus;
use serde::Deserialize;

use super::value::Value;

/// A mapping that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// It is no mapping.
    #[error("the mapping is not understood")]
    Malformed(#[from] toml::de::Error),
    /// A value says nothing, or two things.
    #[error("`{field}` must have exactly one of column, text and template")]
    Ambiguous {
        /// The field.
        field: &'static str,
    },
    /// It names columns that the file does not have.
    #[error("the file has no column {missing}; it has {present}")]
    Columns {
        /// What is missing.
        missing: String,
        /// What is there.
        present: String,
    },
    /// It does not say what belongs to its kind of rows.
    #[error("{0}")]
    Incomplete(&'static str),
}

/// What one row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Rows {
    /// A micro-credential.
    Credentials,
    /// A learning outcome; rows with the same program code belong together.
    Outcomes,
}

/// How columns become fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub(super) rows: Rows,
    pub(super) status: ImportStatus,
    pub(super) institution: Institution,
    pub(super) fields: Fields,
    pub(super) outcome: Option<Outcome>,
    #[serde(skip)]
    pub(super) prerequisite: Option<Prerequisite>,
    /// Whether it is that of our own files, which name their columns themselves.
    #[serde(skip)]
    pub(super) own: bool,
}

/// Where new micro-credentials stand.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ImportStatus {
    /// Not public yet.
    Draft,
    /// Public.
    Published,
}

impl From<ImportStatus> for CredentialStatus {
    fn from(status: ImportStatus) -> Self {
        match status {
            ImportStatus::Draft => Self::Draft,
            ImportStatus::Published => Self::Published,
        }
    }
}

/// Whose catalogue it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Institution {
    pub(super) code: Value,
    #[serde(default)]
    pub(super) new: BTreeMap<String, NewInstitution>,
}

/// An institution to be recorded when its code is not on record.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewInstitution {
    name: String,
    #[serde(rename = "type")]
    institution_type: InstitutionType,
    city: Option<String>,
    province: Option<String>,
    country: Option<String>,
    website: Option<String>,
}

impl NewInstitution {
    /// The institution under a code.
    pub(super) fn draft(&self, code: &str) -> InstitutionDraft {
        InstitutionDraft {
            name: self.name.clone(),
            institution_type: self.institution_type,
            code: code.to_owned(),
            address: None,
            city: self.city.clone(),
            province: self.province.clone(),
            postal_code: None,
            country: self.country.clone().unwrap_or_else(|| "Canada".to_owned()),
            website: self.website.clone(),
            contact_email: None,
            contact_phone: None,
        }
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident => $spelling:literal),+ $(,)?) => {
        /// Where each field of a micro-credential comes from, spelled as the interface spells them.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub(super) struct Fields {
            pub(super) title: Value,
            pub(super) program_code: Value,
            pub(super) credential_type: Value,
            $($(#[$doc])* pub(super) $name: Option<Value>,)+
        }

        impl Fields {
            /// Leaves what has no source as it stands on record.
            pub(super) fn keep(&self, draft: &mut MicroCredentialDraft, on_record: &MicroCredentialDraft) {
                $(if self.$name.is_none() {
                    draft.$name.clone_from(&on_record.$name);
                })+
            }

            /// Every field that has a source, with its spelling.
            pub(super) fn all(&self) -> Vec<(&'static str, &Value)> {
                let required = [
                    ("title", &self.title),
                    ("programCode", &self.program_code),
                    ("credentialType", &self.credential_type),
                ];
                let optional = [$(($spelling, self.$name.as_ref()),)+];
                required
                    .into_iter()
                    .chain(optional.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))))
                    .collect()
            }
        }
    };
}

fields! {
    short_title => "shortTitle",
    description => "description",
    delivery_mode => "deliveryMode",
    duration => "duration",
    credits => "credits",
    assessment_method => "assessmentMethod",
    cost => "cost",
    language => "language",
    level => "level",
    campus => "campus",
    department => "department",
    faculty => "faculty",
    effective_date => "effectiveDate",
    expiry_date => "expiryDate",
    last_review_date => "lastReviewDate",
    next_review_date => "nextReviewDate",
    program_url => "programUrl",
    application_url => "applicationUrl",
    additional_info => "additionalInfo",
}

/// Where each field of an outcome comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Outcome {
    pub(super) text: Value,
    pub(super) bloom_level: Option<Value>,
    pub(super) category: Option<Value>,
    pub(super) keywords: Option<Value>,
    #[serde(default = "yes")]
    pub(super) is_core: bool,
    #[serde(skip)]
    pub(super) core: Option<Value>,
}

/// Where each field of a prerequisite comes from; only our own files have them.
#[derive(Clone, Debug)]
pub(super) struct Prerequisite {
    pub(super) description: Value,
    pub(super) prerequisite_type: Value,
    pub(super) is_mandatory: Value,
}

const fn yes() -> bool {
    true
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// A key that is unknown or missing, a value with no source or two.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text)?;
        if mapping.rows == Rows::Outcomes && mapping.outcome.is_none() {
            return Err(MappingError::Incomplete(
                "rows = \"outcomes\" needs a table [outcome] that says what an outcome is",
            ));
        }
        if mapping.rows == Rows::Credentials && mapping.outcome.is_some() {
            return Err(MappingError::Incomplete(
                "rows = \"credentials\" has no [outcome]: each row is a whole micro-credential",
            ));
        }
        for (field, value) in mapping.values() {
            if !value.has_one_source() {
                return Err(MappingError::Ambiguous { field });
            }
        }
        Ok(mapping)
    }

    /// Every value with the field it makes.
    pub(super) fn values(&self) -> Vec<(&'static str, &Value)> {
        let mut values = vec![("institution.code", &self.institution.code)];
        values.extend(self.fields.all());
        if let Some(outcome) = &self.outcome {
            let parts = [
                ("outcome.text", Some(&outcome.text)),
                ("outcome.bloomLevel", outcome.bloom_level.as_ref()),
                ("outcome.category", outcome.category.as_ref()),
                ("outcome.keywords", outcome.keywords.as_ref()),
                ("outcome.isCore", outcome.core.as_ref()),
            ];
            values.extend(
                parts
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?))),
            );
        }
        if let Some(prerequisite) = &self.prerequisite {
            values.extend([
                ("prerequisite.description", &prerequisite.description),
                ("prerequisite.type", &prerequisite.prerequisite_type),
                ("prerequisite.isMandatory", &prerequisite.is_mandatory),
            ]);
        }
        values
    }

    /// Insists that every column is there.
    pub(super) fn check_columns(&self, headers: &StringRecord) -> Result<(), MappingError> {
        let mut missing: Vec<String> = self
            .values()
            .iter()
            .flat_map(|(_, value)| value.columns())
            .filter(|column| column != "institution" && !headers.iter().any(|name| name == column))
            .collect();
        // In a template `institution` may stand for the institution's code; as a column it must be there.
        missing.extend(self.values().iter().filter_map(|(_, value)| {
            value
                .column()
                .filter(|column| {
                    *column == "institution" && !headers.iter().any(|name| name == *column)
                })
                .map(ToOwned::to_owned)
        }));
        missing.sort();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        let quoted = |names: Vec<String>| {
            names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        Err(MappingError::Columns {
            missing: quoted(missing),
            present: quoted(headers.iter().map(ToOwned::to_owned).collect()),
        })
    }

    /// The column to blame for a field, or the field itself when the mapping makes it of several.
    pub(super) fn blame(&self, field: &str) -> String {
        let root = match field.split_once('[') {
            Some(("outcomes", rest)) if rest.contains("keywords") => "outcome.keywords",
            Some(("outcomes", _)) => "outcome.text",
            Some(("prerequisites", _)) => "prerequisite.description",
            Some(_) | None => field,
        };
        self.values()
            .iter()
            .find(|(name, _)| *name == root)
            .and_then(|(_, value)| value.column().map(ToOwned::to_owned))
            .unwrap_or_else(|| field.to_owned())
    }
}
