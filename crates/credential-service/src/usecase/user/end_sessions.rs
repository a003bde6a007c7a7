//! Ends the sessions of another person.

use domain::Failure;
use domain::id::UserId;
use domain::policy::Action;
use domain::vocabulary::AuditAction;
use protocol::Caller;
use serde_json::json;

use super::locked;
use crate::store::Transaction;
use crate::store::sessions::EndReason;
use crate::usecase::account::note::note;
use crate::usecase::account::revoke::{Which, end_sessions};
use crate::usecase::authority;
use crate::usecase::record::record;

/// Ends every session of a person; returns how many ended.
///
/// # Errors
/// `NOT_FOUND`, `AUTHORIZATION_ERROR` above the caller's own role.
pub(crate) async fn end_all(
    transaction: &mut Transaction,
    caller: &Caller,
    id: UserId,
) -> Result<usize, Failure> {
    authority::authorize_somewhere(caller, Action::EndUserSessions)?;
    let author = authority::confirm(transaction, caller).await?;
    let user = locked(transaction, caller, Action::EndUserSessions, id).await?;
    let now = crate::clock::now();
    let ended = end_sessions(transaction, id, Which::All, EndReason::Ended, now).await?;
    if !ended.is_empty() {
        let after = json!({ "endedSessions": ended });
        let change = note(&user, AuditAction::SessionEnd, after);
        record(transaction, &author, vec![change], now).await?;
    }
    Ok(ended.len())
}
