//! Withdraws a micro-credential wherever it stands.

use domain::Failure;
use domain::id::MicroCredentialId;
use domain::micro_credential::MicroCredential;
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::CredentialStatus;
use protocol::Caller;

use super::transition::locked;
use crate::store::micro_credentials::{self, owner};
use crate::store::{StoreError, Transaction};
use crate::usecase::pathway::close;
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, require_version, view};

/// Withdraws a micro-credential, unless the caller saw another version. It stays on record for its institution, with its
/// program code, its recognitions and its pathways, of which the open ones are withdrawn too. A second time changes nothing.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version.
pub(crate) async fn delete(
    transaction: &mut Transaction,
    caller: &Caller,
    id: MicroCredentialId,
    expected_version: Option<i64>,
) -> Result<MicroCredential, Failure> {
    let action = Action::DeleteCredential;
    authority::authorize_somewhere(caller, action)?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, action, id).await?;
    require_version(expected_version, before.version)?;
    if before.status == CredentialStatus::Archived {
        return Ok(before);
    }
    let now = crate::clock::now();
    let status = CredentialStatus::Archived;
    micro_credentials::set_status(transaction, id, status, before.published_at, now).await?;
    let after = micro_credentials::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let change = Change {
        entity_type: EntityType::MicroCredential,
        entity_id: id.uuid(),
        action: AuditAction::Delete,
        institution_id: Some(owner(&before)),
        counterpart_institution_id: None,
        before: view::micro_credential(&before)?,
        after: view::micro_credential(&after)?,
        announced: Announced::Deleted("credential.deleted"),
    };
    record(transaction, &author, vec![change], now).await?;
    // Only what is published opens pathways.
    if before.status == CredentialStatus::Published {
        close::of_offer(transaction, caller, &author, id, now).await?;
    }
    Ok(after)
}
