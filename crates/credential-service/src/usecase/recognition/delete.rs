//! Withdraws a recognition.

use domain::Failure;
use domain::id::RecognitionId;
use domain::policy::Action;
use domain::recognition::Recognition;
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;

use super::locked;
use crate::store::{StoreError, Transaction, recognitions};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, require_version, view};

/// Withdraws a recognition from today on, unless the caller saw another version. It stays on record: who completed before
/// keeps the credit. A second time changes nothing.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version.
pub(crate) async fn delete(
    transaction: &mut Transaction,
    caller: &Caller,
    id: RecognitionId,
    expected_version: Option<i64>,
) -> Result<Recognition, Failure> {
    let action = Action::DeleteRecognition;
    authority::authorize_somewhere(caller, action)?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, action, id).await?;
    require_version(expected_version, before.version)?;
    if !before.is_active {
        return Ok(before);
    }
    let now = crate::clock::now();
    recognitions::withdraw(transaction, id, now).await?;
    let after = recognitions::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let change = Change {
        entity_type: EntityType::Recognition,
        entity_id: id.uuid(),
        action: AuditAction::Delete,
        institution_id: Some(before.fields.recognizing_institution_id),
        counterpart_institution_id: Some(before.offering_institution.id),
        before: view::recorded_recognition(&before)?,
        after: view::recorded_recognition(&after)?,
        // Not as deleted: that it was once given tells followers how an institution decides.
        announced: Announced::Updated("recognition.withdrawn"),
    };
    record(transaction, &author, vec![change], now).await?;
    Ok(after)
}
