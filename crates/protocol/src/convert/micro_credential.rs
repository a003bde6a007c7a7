//! Micro-credentials.

use chrono::{DateTime, Utc};
use domain::Failure;
use domain::micro_credential::{
    LearningOutcome, LearningOutcomeDraft, MicroCredential, MicroCredentialDraft, Prerequisite,
    PrerequisiteDraft,
};
use domain::vocabulary::{
    BloomLevel, CredentialType, DeliveryMode, EducationLevel, OutcomeCategory, PrerequisiteType,
};
use domain::workflow::CredentialStatus;
use prost_types::Timestamp;

use super::value::{
    date_to_wire, decimal_to_wire, optional_date, optional_decimal, optional_time, required,
    required_time, time_to_wire,
};
use super::vocabulary::WireEnum;
use crate::pb::credential as pb;

impl From<LearningOutcomeDraft> for pb::LearningOutcomeDraft {
    fn from(draft: LearningOutcomeDraft) -> Self {
        Self {
            outcome_text: draft.outcome_text,
            bloom_level: draft.bloom_level.map(WireEnum::to_wire),
            category: draft.category.map(WireEnum::to_wire),
            is_core: draft.is_core,
            keywords: draft.keywords,
        }
    }
}

impl TryFrom<pb::LearningOutcomeDraft> for LearningOutcomeDraft {
    type Error = Failure;

    fn try_from(draft: pb::LearningOutcomeDraft) -> Result<Self, Failure> {
        Ok(Self {
            outcome_text: draft.outcome_text,
            bloom_level: BloomLevel::optional(draft.bloom_level, "bloomLevel")?,
            category: OutcomeCategory::optional(draft.category, "category")?,
            is_core: draft.is_core,
            keywords: draft.keywords,
        })
    }
}

impl From<PrerequisiteDraft> for pb::PrerequisiteDraft {
    fn from(draft: PrerequisiteDraft) -> Self {
        Self {
            description: draft.description,
            r#type: draft.prerequisite_type.to_wire(),
            is_mandatory: draft.is_mandatory,
        }
    }
}

impl TryFrom<pb::PrerequisiteDraft> for PrerequisiteDraft {
    type Error = Failure;

    fn try_from(draft: pb::PrerequisiteDraft) -> Result<Self, Failure> {
        Ok(Self {
            description: draft.description,
            prerequisite_type: PrerequisiteType::from_wire(draft.r#type, "type")?,
            is_mandatory: draft.is_mandatory,
        })
    }
}

impl From<MicroCredentialDraft> for pb::MicroCredentialDraft {
    fn from(draft: MicroCredentialDraft) -> Self {
        Self {
            title: draft.title,
            short_title: draft.short_title,
            description: draft.description,
            program_code: draft.program_code,
            credential_type: draft.credential_type.to_wire(),
            delivery_mode: draft.delivery_mode.map(WireEnum::to_wire),
            duration_hours: draft.duration.map(decimal_to_wire),
            credits: draft.credits.map(decimal_to_wire),
            assessment_method: draft.assessment_method,
            cost: draft.cost.map(decimal_to_wire),
            language: draft.language,
            level: draft.level.map(WireEnum::to_wire),
            campus: draft.campus,
            department: draft.department,
            faculty: draft.faculty,
            effective_date: draft.effective_date.map(date_to_wire),
            expiry_date: draft.expiry_date.map(date_to_wire),
            last_review_date: draft.last_review_date.map(date_to_wire),
            next_review_date: draft.next_review_date.map(date_to_wire),
            program_url: draft.program_url,
            application_url: draft.application_url,
            additional_info: draft.additional_info,
            outcomes: draft.outcomes.into_iter().map(Into::into).collect(),
            prerequisites: draft.prerequisites.into_iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<pb::MicroCredentialDraft> for MicroCredentialDraft {
    type Error = Failure;

    fn try_from(draft: pb::MicroCredentialDraft) -> Result<Self, Failure> {
        Ok(Self {
            title: draft.title,
            short_title: draft.short_title,
            description: draft.description,
            program_code: draft.program_code,
            credential_type: CredentialType::from_wire(draft.credential_type, "credentialType")?,
            delivery_mode: DeliveryMode::optional(draft.delivery_mode, "deliveryMode")?,
            duration: optional_decimal(draft.duration_hours.as_ref(), "duration")?,
            credits: optional_decimal(draft.credits.as_ref(), "credits")?,
            assessment_method: draft.assessment_method,
            cost: optional_decimal(draft.cost.as_ref(), "cost")?,
            language: if draft.language.is_empty() {
                "English".into()
            } else {
                draft.language
            },
            level: EducationLevel::optional(draft.level, "level")?,
            campus: draft.campus,
            department: draft.department,
            faculty: draft.faculty,
            effective_date: optional_date(draft.effective_date, "effectiveDate")?,
            expiry_date: optional_date(draft.expiry_date, "expiryDate")?,
            last_review_date: optional_date(draft.last_review_date, "lastReviewDate")?,
            next_review_date: optional_date(draft.next_review_date, "nextReviewDate")?,
            program_url: draft.program_url,
            application_url: draft.application_url,
            additional_info: draft.additional_info,
            outcomes: draft
                .outcomes
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Result<_, _>>()?,
            prerequisites: draft
                .prerequisites
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl From<LearningOutcome> for pb::LearningOutcome {
    fn from(outcome: LearningOutcome) -> Self {
        Self {
            id: outcome.id.to_string(),
            fields: Some(outcome.fields.into()),
            order_index: outcome.order_index,
            created_at: Some(time_to_wire(outcome.created_at)),
            updated_at: Some(time_to_wire(outcome.updated_at)),
        }
    }
}

impl From<Prerequisite> for pb::Prerequisite {
    fn from(prerequisite: Prerequisite) -> Self {
        Self {
            id: prerequisite.id.to_string(),
            fields: Some(prerequisite.fields.into()),
            order_index: prerequisite.order_index,
            created_at: Some(time_to_wire(prerequisite.created_at)),
            updated_at: Some(time_to_wire(prerequisite.updated_at)),
        }
    }
}

/// When a micro-credential was recorded and last changed.
#[derive(Clone, Copy)]
struct Times {
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Times {
    /// Those that a part states; of a part that states none, those of its micro-credential.
    fn of_part(
        self,
        created: Option<Timestamp>,
        updated: Option<Timestamp>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            created_at: optional_time(created)?.unwrap_or(self.created_at),
            updated_at: optional_time(updated)?.unwrap_or(self.updated_at),
        })
    }
}

fn outcome(outcome: pb::LearningOutcome, owner: Times) -> Result<LearningOutcome, Failure> {
    let times = owner.of_part(outcome.created_at, outcome.updated_at)?;
    Ok(LearningOutcome {
        id: outcome.id.parse()?,
        fields: required(outcome.fields, "fields")?.try_into()?,
        order_index: outcome.order_index,
        created_at: times.created_at,
        updated_at: times.updated_at,
    })
}

fn prerequisite(prerequisite: pb::Prerequisite, owner: Times) -> Result<Prerequisite, Failure> {
    let times = owner.of_part(prerequisite.created_at, prerequisite.updated_at)?;
    Ok(Prerequisite {
        id: prerequisite.id.parse()?,
        fields: required(prerequisite.fields, "fields")?.try_into()?,
        order_index: prerequisite.order_index,
        created_at: times.created_at,
        updated_at: times.updated_at,
    })
}

impl From<MicroCredential> for pb::MicroCredential {
    fn from(credential: MicroCredential) -> Self {
        Self {
            id: credential.id.to_string(),
            institution: Some(credential.institution.into()),
            fields: Some(credential.fields.into()),
            status: credential.status.to_wire(),
            is_active: credential.is_active,
            published_at: credential.published_at.map(time_to_wire),
            created_at: Some(time_to_wire(credential.created_at)),
            updated_at: Some(time_to_wire(credential.updated_at)),
            version: credential.version,
            outcomes: credential.outcomes.into_iter().map(Into::into).collect(),
            prerequisites: credential
                .prerequisites
                .into_iter()
                .map(Into::into)
                .collect(),
        }
    }
}

impl TryFrom<pb::MicroCredential> for MicroCredential {
    type Error = Failure;

    fn try_from(credential: pb::MicroCredential) -> Result<Self, Failure> {
        let times = Times {
            created_at: required_time(credential.created_at, "created_at")?,
            updated_at: required_time(credential.updated_at, "updated_at")?,
        };
        Ok(Self {
            id: credential.id.parse()?,
            institution: required(credential.institution, "institution")?.try_into()?,
            fields: required(credential.fields, "fields")?.try_into()?,
            status: CredentialStatus::from_wire(credential.status, "status")?,
            is_active: credential.is_active,
            published_at: optional_time(credential.published_at)?,
            created_at: times.created_at,
            updated_at: times.updated_at,
            version: credential.version,
            outcomes: credential
                .outcomes
                .into_iter()
                .map(|part| outcome(part, times))
                .collect::<Result<_, _>>()?,
            prerequisites: credential
                .prerequisites
                .into_iter()
                .map(|part| prerequisite(part, times))
                .collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_states_no_times_is_as_old_as_its_micro_credential() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let owner = Times {
            created_at: at(1_000),
            updated_at: at(2_000),
        };

        let of_before = owner.of_part(None, None).unwrap();
        let stated = owner
            .of_part(Some(time_to_wire(at(1_500))), Some(time_to_wire(at(1_600))))
            .unwrap();

        assert_eq!(
            (of_before.created_at, of_before.updated_at),
            (at(1_000), at(2_000))
        );
        assert_eq!(
            (stated.created_at, stated.updated_at),
            (at(1_500), at(1_600))
        );
    }
}
