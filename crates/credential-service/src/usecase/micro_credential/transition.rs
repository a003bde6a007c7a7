//! Moves a micro-credential along its workflow.

use diesel_async::AsyncPgConnection;
use domain::id::MicroCredentialId;
use domain::micro_credential::{MicroCredential, MicroCredentialDraft};
use domain::policy::{Action, permits};
use domain::vocabulary::EntityType;
use domain::workflow::{CredentialStatus, CredentialTransition};
use domain::{ErrorCode, Failure};
use protocol::Caller;

use crate::store::micro_credentials::{self, owner};
use crate::store::{StoreError, Transaction};
use crate::usecase::pathway::close;
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, institution, require_version, view};

const fn action(step: CredentialTransition) -> Action {
    match step {
        CredentialTransition::Submit => Action::SubmitCredential,
        CredentialTransition::Publish => Action::PublishCredential,
        CredentialTransition::Reject => Action::RejectCredential,
        CredentialTransition::Archive => Action::ArchiveCredential,
    }
}

/// Takes one step of the workflow. Archiving withdraws the open pathways of the offer too.
///
/// # Errors
/// `INVALID_TRANSITION` when the workflow has no such step from here, `CONFLICT` when nothing core would be published.
pub(crate) async fn transition(
    transaction: &mut Transaction,
    caller: &Caller,
    id: MicroCredentialId,
    step: CredentialTransition,
    expected_version: Option<i64>,
) -> Result<MicroCredential, Failure> {
    let action = action(step);
    authority::authorize_somewhere(caller, action)?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, action, id).await?;
    require_version(expected_version, before.version)?;
    let status = before.status.after(step)?;
    match step {
        CredentialTransition::Submit | CredentialTransition::Publish => {
            institution::require_acting(transaction, owner(&before)).await?;
        }
        CredentialTransition::Reject | CredentialTransition::Archive => {}
    }
    let now = crate::clock::now();
    let mut published_at = before.published_at;
    if status == CredentialStatus::Published {
        require_core_outcome(&view::whole(&before))?;
        published_at = published_at.or(Some(now));
    }
    micro_credentials::set_status(transaction, id, status, published_at, now).await?;
    let after = micro_credentials::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let change = Change {
        entity_type: EntityType::MicroCredential,
        entity_id: id.uuid(),
        action: step.audit_action(),
        institution_id: Some(owner(&before)),
        counterpart_institution_id: None,
        before: view::micro_credential(&before)?,
        after: view::micro_credential(&after)?,
        announced: Announced::Updated(step.event_type()),
    };
    record(transaction, &author, vec![change], now).await?;
    match step {
        CredentialTransition::Archive => {
            close::of_offer(transaction, caller, &author, id, now).await?;
        }
        CredentialTransition::Submit
        | CredentialTransition::Publish
        | CredentialTransition::Reject => {}
    }
    Ok(after)
}

/// Locks a micro-credential that the caller may act on. What the caller may not even see is not found.
pub(super) async fn locked(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
    action: Action,
    id: MicroCredentialId,
) -> Result<MicroCredential, Failure> {
    let credential = micro_credentials::lock(conn, id)
        .await?
        .ok_or_else(|| Failure::not_found("micro-credential"))?;
    let institution = Some(owner(&credential));
    let hidden = credential.published_at.is_none()
        && !permits(&caller.principal, Action::ReadDrafts, institution);
    if hidden {
        return Err(Failure::not_found("micro-credential"));
    }
    caller.authorize(action, institution)?;
    Ok(credential)
}

/// Insists on an outcome without which the credential cannot be earned.
pub(super) fn require_core_outcome(draft: &MicroCredentialDraft) -> Result<(), Failure> {
    if draft.outcomes.iter().any(|outcome| outcome.is_core) {
        Ok(())
    } else {
        Err(Failure::new(
            ErrorCode::Conflict,
            "a published micro-credential needs at least one core learning outcome",
        ))
    }
}
