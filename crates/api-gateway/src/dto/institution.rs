//! Institutions: filters and answers.

mod input;

use chrono::{DateTime, Utc};
use domain::id::InstitutionId;
use domain::institution;
use domain::vocabulary::InstitutionType;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub(crate) use self::input::{CreateInstitution, UpdateInstitution};
use super::page::windowed;
use super::vocabulary;
use crate::response::HasVersion;

/// Filters of the list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InstitutionQuery {
    /// Page number, from 1.
    #[param(minimum = 1, maximum = 100_000, default = 1)]
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// `name`, `code`, `createdAt` or `updatedAt`, with `-` in front for descending.
    #[param(pattern = "^-?(name|code|createdAt|updatedAt)$")]
    pub(crate) sort: Option<String>,
    /// Walks the list, undisturbed by rows that come and go: empty to begin, then the `next_cursor` of the answer before. Not
    /// together with `page`.
    #[param(max_length = 4000)]
    pub(crate) cursor: Option<String>,
    /// Only this kind.
    #[serde(rename = "type")]
    #[param(value_type = Option<vocabulary::InstitutionType>, inline)]
    pub(crate) institution_type: Option<InstitutionType>,
    /// Words in name, code or city.
    #[param(max_length = 200)]
    pub(crate) search: Option<String>,
    /// Only active, or only withdrawn.
    pub(crate) is_active: Option<bool>,
}

windowed!(InstitutionQuery => cursor);

/// An institution.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Institution {
    #[schema(value_type = Uuid)]
    pub(crate) id: InstitutionId,
    name: String,
    #[serde(rename = "type")]
    #[schema(value_type = vocabulary::InstitutionType)]
    institution_type: InstitutionType,
    code: String,
    address: Option<String>,
    city: Option<String>,
    province: Option<String>,
    postal_code: Option<String>,
    country: String,
    website: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    is_active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Counts every change; `If-Match` takes it.
    #[schema(minimum = 1)]
    version: i64,
}

impl From<institution::Institution> for Institution {
    fn from(institution: institution::Institution) -> Self {
        let fields = institution.fields;
        Self {
            id: institution.id,
            name: fields.name,
            institution_type: fields.institution_type,
            code: fields.code,
            address: fields.address,
            city: fields.city,
            province: fields.province,
            postal_code: fields.postal_code,
            country: fields.country,
            website: fields.website,
            contact_email: fields.contact_email,
            contact_phone: fields.contact_phone,
            is_active: institution.is_active,
            created_at: institution.created_at,
            updated_at: institution.updated_at,
            version: institution.version,
        }
    }
}

/// An institution with its figures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstitutionDetail {
    #[serde(flatten)]
    institution: Institution,
    stats: InstitutionStats,
}

impl From<(institution::Institution, institution::InstitutionStats)> for InstitutionDetail {
    fn from(
        (institution, stats): (institution::Institution, institution::InstitutionStats),
    ) -> Self {
        Self {
            institution: institution.into(),
            stats: InstitutionStats {
                micro_credentials_count: stats.micro_credentials_count,
                pathways_count: stats.pathways_count,
                recognitions_provided: stats.recognitions_provided,
            },
        }
    }
}

/// Figures of an institution.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InstitutionStats {
    /// Published micro-credentials.
    micro_credentials_count: u64,
    /// Active pathways that it takes part in.
    pathways_count: u64,
    /// Recognitions in force that it has granted.
    recognitions_provided: u64,
}

/// An institution as other objects show it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstitutionSummary {
    #[schema(value_type = Uuid)]
    pub(crate) id: InstitutionId,
    /// Full name.
    pub(crate) name: String,
    /// Short code.
    #[schema(example = "BCIT")]
    pub(crate) code: String,
}

impl From<institution::InstitutionSummary> for InstitutionSummary {
    fn from(summary: institution::InstitutionSummary) -> Self {
        Self {
            id: summary.id,
            name: summary.name,
            code: summary.code,
        }
    }
}

impl HasVersion for Institution {
    fn version(&self) -> i64 {
        self.version
    }
}

impl HasVersion for InstitutionDetail {
    fn version(&self) -> i64 {
        self.institution.version
    }
}
