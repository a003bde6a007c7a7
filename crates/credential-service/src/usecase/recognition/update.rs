//! Replaces the fields of a recognition.

use domain::id::RecognitionId;
use domain::policy::Action;
use domain::recognition::{Recognition, RecognitionDraft};
use domain::validate::Violations;
use domain::vocabulary::{AuditAction, EntityType};
use domain::{ErrorCode, Failure};
use protocol::Caller;

use super::create::already_recognised;
use super::locked;
use crate::store::{StoreError, Transaction, recognitions};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, require_version, view};

/// Replaces all fields, unless the caller saw another version. What it is about and who decided stay the same.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version, `CONFLICT` for what is withdrawn.
pub(crate) async fn update(
    transaction: &mut Transaction,
    caller: &Caller,
    id: RecognitionId,
    draft: RecognitionDraft,
    expected_version: Option<i64>,
) -> Result<Recognition, Failure> {
    let action = Action::UpdateRecognition;
    authority::authorize_somewhere(caller, action)?;
    draft.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, action, id).await?;
    require_version(expected_version, before.version)?;
    if !before.is_active {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "a withdrawn recognition cannot be changed; record a new one",
        ));
    }
    require_same(&before.fields, &draft)?;
    let now = crate::clock::now();
    recognitions::replace(transaction, id, &draft, now)
        .await
        .map_err(already_recognised)?;
    let after = recognitions::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let change = Change {
        entity_type: EntityType::Recognition,
        entity_id: id.uuid(),
        action: AuditAction::Update,
        institution_id: Some(before.fields.recognizing_institution_id),
        counterpart_institution_id: Some(before.offering_institution.id),
        before: view::recorded_recognition(&before)?,
        after: view::recorded_recognition(&after)?,
        announced: Announced::Updated("recognition.updated"),
    };
    record(transaction, &author, vec![change], now).await?;
    Ok(after)
}

fn require_same(before: &RecognitionDraft, draft: &RecognitionDraft) -> Result<(), Failure> {
    let mut violations = Violations::new();
    violations.require(
        before.micro_credential_id == draft.micro_credential_id,
        "microCredentialId",
        "must stay the same",
    );
    violations.require(
        before.recognizing_institution_id == draft.recognizing_institution_id,
        "recognizingInstitutionId",
        "must stay the same",
    );
    violations.finish()
}
