//! Objects as the audit log compares them.

use domain::Failure;
use domain::account::User;
use domain::institution::Institution;
use domain::micro_credential::{MicroCredential, MicroCredentialDraft};
use domain::pathway::{Pathway, PathwayDraft};
use domain::recognition::{Recognition, RecognitionDraft};
use domain::workflow::{CredentialStatus, PathwayStatus};
use protocol::suggestion::Suggestion;
use serde::Serialize;
use serde_json::{Value, json};

fn object(value: &impl Serialize, more: &[(&str, Value)]) -> Result<Value, Failure> {
    let mut view = serde_json::to_value(value).map_err(Failure::internal)?;
    if let Some(fields) = view.as_object_mut() {
        for (name, value) in more {
            fields.insert((*name).to_owned(), value.clone());
        }
    }
    Ok(view)
}

/// An institution without what every change touches.
pub(crate) fn institution(institution: &Institution) -> Result<Value, Failure> {
    object(
        &institution.fields,
        &[("isActive", json!(institution.is_active))],
    )
}

/// A micro-credential: its fields, outcomes, prerequisites and status.
pub(crate) fn micro_credential(credential: &MicroCredential) -> Result<Value, Failure> {
    new_micro_credential(&whole(credential), credential.status)
}

/// A micro-credential about to be recorded.
pub(crate) fn new_micro_credential(
    draft: &MicroCredentialDraft,
    status: CredentialStatus,
) -> Result<Value, Failure> {
    object(draft, &[("status", json!(status.as_str()))])
}

/// The draft that would write a micro-credential as it stands.
pub(crate) fn whole(credential: &MicroCredential) -> MicroCredentialDraft {
    let mut draft = credential.fields.clone();
    draft.outcomes = credential
        .outcomes
        .iter()
        .map(|outcome| outcome.fields.clone())
        .collect();
    draft.prerequisites = credential
        .prerequisites
        .iter()
        .map(|prerequisite| prerequisite.fields.clone())
        .collect();
    draft
}

/// A recognition about to be recorded.
pub(crate) fn recognition(draft: &RecognitionDraft) -> Result<Value, Failure> {
    object(draft, &[("isActive", json!(true))])
}

/// A recognition on record.
pub(crate) fn recorded_recognition(recognition: &Recognition) -> Result<Value, Failure> {
    object(
        &recognition.fields,
        &[("isActive", json!(recognition.is_active))],
    )
}

/// A pathway about to be recorded.
pub(crate) fn pathway(draft: &PathwayDraft, status: PathwayStatus) -> Result<Value, Failure> {
    object(draft, &[("status", json!(status.as_str()))])
}

/// A pathway on record, with who has let it get where it stands.
pub(crate) fn recorded_pathway(pathway: &Pathway) -> Result<Value, Failure> {
    object(
        &pathway.fields,
        &[
            ("status", json!(pathway.status.as_str())),
            ("approvedBy", json!(pathway.approved_by)),
            ("approvedAt", json!(pathway.approved_at)),
            ("reviewNotes", json!(pathway.review_notes)),
        ],
    )
}

/// A suggested pathway about to be recorded, with what the method says of it.
pub(crate) fn suggested_pathway(
    draft: &PathwayDraft,
    suggestion: &Suggestion,
    status: PathwayStatus,
) -> Result<Value, Failure> {
    object(
        draft,
        &[
            ("status", json!(status.as_str())),
            ("isAiSuggested", json!(true)),
            ("confidenceScore", json!(suggestion.confidence_score)),
            ("aiReasoning", json!(suggestion.ai_reasoning)),
            ("predictionId", json!(suggestion.prediction_id)),
        ],
    )
}

/// A person; never a password or its hash.
pub(crate) fn user(user: &User) -> Value {
    json!({
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "role": user.role,
        "institutionId": user.institution_id,
        "isActive": user.is_active,
    })
}
