//! Institutions.

use domain::Failure;
use domain::institution::{Institution, InstitutionDraft, InstitutionStats, InstitutionSummary};
use domain::vocabulary::InstitutionType;

use super::value::{required, required_time, time_to_wire};
use super::vocabulary::WireEnum;
use crate::pb::credential as pb;

impl From<InstitutionDraft> for pb::InstitutionDraft {
    fn from(draft: InstitutionDraft) -> Self {
        Self {
            name: draft.name,
            r#type: draft.institution_type.to_wire(),
            code: draft.code,
            address: draft.address,
            city: draft.city,
            province: draft.province,
            postal_code: draft.postal_code,
            country: draft.country,
            website: draft.website,
            contact_email: draft.contact_email,
            contact_phone: draft.contact_phone,
        }
    }
}

impl TryFrom<pb::InstitutionDraft> for InstitutionDraft {
    type Error = Failure;

    fn try_from(draft: pb::InstitutionDraft) -> Result<Self, Failure> {
        Ok(Self {
            name: draft.name,
            institution_type: InstitutionType::from_wire(draft.r#type, "type")?,
            code: draft.code,
            address: draft.address,
            city: draft.city,
            province: draft.province,
            postal_code: draft.postal_code,
            country: if draft.country.is_empty() {
                "Canada".into()
            } else {
                draft.country
            },
            website: draft.website,
            contact_email: draft.contact_email,
            contact_phone: draft.contact_phone,
        })
    }
}

impl From<Institution> for pb::Institution {
    fn from(institution: Institution) -> Self {
        Self {
            id: institution.id.to_string(),
            fields: Some(institution.fields.into()),
            is_active: institution.is_active,
            created_at: Some(time_to_wire(institution.created_at)),
            updated_at: Some(time_to_wire(institution.updated_at)),
            version: institution.version,
        }
    }
}

impl TryFrom<pb::Institution> for Institution {
    type Error = Failure;

    fn try_from(institution: pb::Institution) -> Result<Self, Failure> {
        Ok(Self {
            id: institution.id.parse()?,
            fields: required(institution.fields, "fields")?.try_into()?,
            is_active: institution.is_active,
            created_at: required_time(institution.created_at, "created_at")?,
            updated_at: required_time(institution.updated_at, "updated_at")?,
            version: institution.version,
        })
    }
}

impl From<InstitutionSummary> for pb::InstitutionSummary {
    fn from(summary: InstitutionSummary) -> Self {
        Self {
            id: summary.id.to_string(),
            name: summary.name,
            code: summary.code,
        }
    }
}

impl TryFrom<pb::InstitutionSummary> for InstitutionSummary {
    type Error = Failure;

    fn try_from(summary: pb::InstitutionSummary) -> Result<Self, Failure> {
        Ok(Self {
            id: summary.id.parse()?,
            name: summary.name,
            code: summary.code,
        })
    }
}

impl From<InstitutionStats> for pb::InstitutionStats {
    fn from(stats: InstitutionStats) -> Self {
        Self {
            micro_credentials_count: stats.micro_credentials_count,
            pathways_count: stats.pathways_count,
            recognitions_provided: stats.recognitions_provided,
        }
    }
}

impl From<pb::InstitutionStats> for InstitutionStats {
    fn from(stats: pb::InstitutionStats) -> Self {
        Self {
            micro_credentials_count: stats.micro_credentials_count,
            pathways_count: stats.pathways_count,
            recognitions_provided: stats.recognitions_provided,
        }
    }
}
