//! Pathways.

use domain::Failure;
use domain::pathway::{Pathway, PathwayDraft};
use domain::vocabulary::PathwayType;
use domain::workflow::PathwayStatus;

use super::value::{
    decimal_to_wire, optional_decimal, optional_time, required, required_time, time_to_wire,
};
use super::vocabulary::WireEnum;
use crate::pb::credential as pb;

impl From<PathwayDraft> for pb::PathwayDraft {
    fn from(draft: PathwayDraft) -> Self {
        Self {
            name: draft.name,
            description: draft.description,
            source_institution_id: draft.source_institution_id.to_string(),
            target_institution_id: draft.target_institution_id.to_string(),
            micro_credential_id: draft.micro_credential_id.to_string(),
            pathway_type: draft.pathway_type.to_wire(),
            transfer_credits: draft.transfer_credits.map(decimal_to_wire),
            equivalency_notes: draft.equivalency_notes,
            additional_requirements: draft.additional_requirements,
        }
    }
}

impl TryFrom<pb::PathwayDraft> for PathwayDraft {
    type Error = Failure;

    fn try_from(draft: pb::PathwayDraft) -> Result<Self, Failure> {
        Ok(Self {
            name: draft.name,
            description: draft.description,
            source_institution_id: draft.source_institution_id.parse()?,
            target_institution_id: draft.target_institution_id.parse()?,
            micro_credential_id: draft.micro_credential_id.parse()?,
            pathway_type: PathwayType::from_wire(draft.pathway_type, "pathwayType")?,
            transfer_credits: optional_decimal(draft.transfer_credits.as_ref(), "transferCredits")?,
            equivalency_notes: draft.equivalency_notes,
            additional_requirements: draft.additional_requirements,
        })
    }
}

impl From<Pathway> for pb::Pathway {
    fn from(pathway: Pathway) -> Self {
        Self {
            id: pathway.id.to_string(),
            fields: Some(pathway.fields.into()),
            micro_credential_title: pathway.micro_credential_title,
            source_institution: Some(pathway.source_institution.into()),
            target_institution: Some(pathway.target_institution.into()),
            status: pathway.status.to_wire(),
            confidence_score: pathway.confidence_score,
            is_ai_suggested: pathway.is_ai_suggested,
            ai_reasoning: pathway.ai_reasoning,
            is_active: pathway.is_active,
            approved_by: pathway.approved_by.map(|user| user.to_string()),
            approved_at: pathway.approved_at.map(time_to_wire),
            created_at: Some(time_to_wire(pathway.created_at)),
            updated_at: Some(time_to_wire(pathway.updated_at)),
            version: pathway.version,
            review_notes: pathway.review_notes,
        }
    }
}

impl TryFrom<pb::Pathway> for Pathway {
    type Error = Failure;

    fn try_from(pathway: pb::Pathway) -> Result<Self, Failure> {
        Ok(Self {
            id: pathway.id.parse()?,
            fields: required(pathway.fields, "fields")?.try_into()?,
            micro_credential_title: pathway.micro_credential_title,
            source_institution: required(pathway.source_institution, "source_institution")?
                .try_into()?,
            target_institution: required(pathway.target_institution, "target_institution")?
                .try_into()?,
            status: PathwayStatus::from_wire(pathway.status, "status")?,
            confidence_score: pathway.confidence_score,
            is_ai_suggested: pathway.is_ai_suggested,
            ai_reasoning: pathway.ai_reasoning,
            is_active: pathway.is_active,
            approved_by: pathway.approved_by.map(|user| user.parse()).transpose()?,
            approved_at: optional_time(pathway.approved_at)?,
            created_at: required_time(pathway.created_at, "created_at")?,
            updated_at: required_time(pathway.updated_at, "updated_at")?,
            version: pathway.version,
            review_notes: pathway.review_notes,
        })
    }
}
