//! Replaces the fields of a micro-credential.

use domain::id::MicroCredentialId;
use domain::micro_credential::{MicroCredential, MicroCredentialDraft};
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::CredentialStatus;
use domain::{ErrorCode, Failure};
use protocol::Caller;

use super::code_taken;
use super::transition::{locked, require_core_outcome};
use crate::store::micro_credentials::{self, owner};
use crate::store::{StoreError, Transaction};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, require_version, view};

/// Replaces all fields, outcomes and prerequisites, unless the caller saw another version.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version, `CONFLICT` for what is withdrawn; a published one keeps a core outcome.
pub(crate) async fn update(
    transaction: &mut Transaction,
    caller: &Caller,
    id: MicroCredentialId,
    draft: MicroCredentialDraft,
    expected_version: Option<i64>,
) -> Result<MicroCredential, Failure> {
    authority::authorize_somewhere(caller, Action::UpdateCredential)?;
    draft.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, Action::UpdateCredential, id).await?;
    require_version(expected_version, before.version)?;
    if !before.status.is_editable() {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "an archived micro-credential cannot be changed",
        ));
    }
    if before.status == CredentialStatus::Published {
        require_core_outcome(&draft)?;
    }
    let now = crate::clock::now();
    micro_credentials::replace(transaction, id, &draft, now)
        .await
        .map_err(code_taken)?;
    let after = micro_credentials::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let change = Change {
        entity_type: EntityType::MicroCredential,
        entity_id: id.uuid(),
        action: AuditAction::Update,
        institution_id: Some(owner(&before)),
        counterpart_institution_id: None,
        before: view::micro_credential(&before)?,
        after: view::micro_credential(&after)?,
        announced: Announced::Updated("credential.updated"),
    };
    record(transaction, &author, vec![change], now).await?;
    Ok(after)
}
