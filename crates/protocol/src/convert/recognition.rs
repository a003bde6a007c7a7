//! Recognitions.

use domain::Failure;
use domain::recognition::{Recognition, RecognitionDraft};
use domain::vocabulary::{CreditType, RecognitionType, TranscriptMethod};

use super::value::{
    date_from_wire, date_to_wire, decimal_from_wire, decimal_to_wire, optional_date, optional_time,
    required, required_time, time_to_wire,
};
use super::vocabulary::WireEnum;
use crate::pb::credential as pb;

impl From<RecognitionDraft> for pb::RecognitionDraft {
    fn from(draft: RecognitionDraft) -> Self {
        Self {
            micro_credential_id: draft.micro_credential_id.to_string(),
            recognizing_institution_id: draft.recognizing_institution_id.to_string(),
            recognition_type: draft.recognition_type.to_wire(),
            credit_value: Some(decimal_to_wire(draft.credit_value)),
            credit_type: draft.credit_type.to_wire(),
            transcript_method: draft.transcript_method.to_wire(),
            conditions: draft.conditions,
            effective_date: Some(date_to_wire(draft.effective_date)),
            expiry_date: draft.expiry_date.map(date_to_wire),
            approval_reference: draft.approval_reference,
            notes: draft.notes,
            badge_url: draft.badge_url,
            certificate_template_id: draft.certificate_template_id,
        }
    }
}

impl TryFrom<pb::RecognitionDraft> for RecognitionDraft {
    type Error = Failure;

    fn try_from(draft: pb::RecognitionDraft) -> Result<Self, Failure> {
        Ok(Self {
            micro_credential_id: draft.micro_credential_id.parse()?,
            recognizing_institution_id: draft.recognizing_institution_id.parse()?,
            recognition_type: RecognitionType::from_wire(
                draft.recognition_type,
                "recognitionType",
            )?,
            credit_value: decimal_from_wire(
                &required(draft.credit_value, "creditValue")?,
                "creditValue",
            )?,
            credit_type: CreditType::from_wire(draft.credit_type, "creditType")?,
            transcript_method: TranscriptMethod::from_wire(
                draft.transcript_method,
                "transcriptMethod",
            )?,
            conditions: draft.conditions,
            effective_date: date_from_wire(
                required(draft.effective_date, "effectiveDate")?,
                "effectiveDate",
            )?,
            expiry_date: optional_date(draft.expiry_date, "expiryDate")?,
            approval_reference: draft.approval_reference,
            notes: draft.notes,
            badge_url: draft.badge_url,
            certificate_template_id: draft.certificate_template_id,
        })
    }
}

impl From<Recognition> for pb::Recognition {
    fn from(recognition: Recognition) -> Self {
        Self {
            id: recognition.id.to_string(),
            fields: Some(recognition.fields.into()),
            micro_credential_title: recognition.micro_credential_title,
            offering_institution: Some(recognition.offering_institution.into()),
            recognizing_institution: Some(recognition.recognizing_institution.into()),
            is_active: recognition.is_active,
            created_at: Some(time_to_wire(recognition.created_at)),
            updated_at: Some(time_to_wire(recognition.updated_at)),
            version: recognition.version,
            withdrawn_at: recognition.withdrawn_at.map(time_to_wire),
        }
    }
}

impl TryFrom<pb::Recognition> for Recognition {
    type Error = Failure;

    fn try_from(recognition: pb::Recognition) -> Result<Self, Failure> {
        Ok(Self {
            id: recognition.id.parse()?,
            fields: required(recognition.fields, "fields")?.try_into()?,
            micro_credential_title: recognition.micro_credential_title,
            offering_institution: required(
                recognition.offering_institution,
                "offering_institution",
            )?
            .try_into()?,
            recognizing_institution: required(
                recognition.recognizing_institution,
                "recognizing_institution",
            )?
            .try_into()?,
            is_active: recognition.is_active,
            created_at: required_time(recognition.created_at, "created_at")?,
            updated_at: required_time(recognition.updated_at, "updated_at")?,
            version: recognition.version,
            withdrawn_at: optional_time(recognition.withdrawn_at)?,
        })
    }
}
