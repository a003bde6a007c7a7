//! A person's own sessions.

use domain::Failure;
use domain::account::Session;
use domain::id::SessionId;
use domain::policy::Action;
use domain::vocabulary::AuditAction;
use protocol::Caller;
use serde_json::json;

use super::note::note;
use super::revoke::{Which, end_sessions};
use crate::state::State;
use crate::store::Transaction;
use crate::store::sessions::{self, EndReason};
use crate::usecase::authority;
use crate::usecase::record::record;

/// Reads the caller's running sessions, newest first, and which of them is this one.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
) -> Result<(Vec<Session>, SessionId), Failure> {
    caller.authorize(Action::OwnAccount, None)?;
    let mut transaction = state.database.read(caller.deadline).await?;
    let own = authority::own(&mut transaction, caller).await?;
    let now = crate::clock::now();
    let running = sessions::running(&mut transaction, own.user.id, now).await?;
    transaction.commit().await?;
    Ok((running, own.session_id))
}

/// Ends one of the caller's sessions, or all but this one; returns how many ended.
///
/// # Errors
/// `NOT_FOUND` for a session that is not the caller's or does not run.
pub(crate) async fn end(
    transaction: &mut Transaction,
    caller: &Caller,
    session: Option<SessionId>,
) -> Result<usize, Failure> {
    caller.authorize(Action::OwnAccount, None)?;
    let own = authority::own(transaction, caller).await?;
    let now = crate::clock::now();
    let which = session.map_or(Which::AllBut(own.session_id), Which::One);
    let ended = end_sessions(transaction, own.user.id, which, EndReason::Ended, now).await?;
    if ended.is_empty() {
        return match session {
            Some(_) => Err(Failure::not_found("session")),
            None => Ok(0),
        };
    }
    let after = json!({ "endedSessions": ended });
    let change = note(&own.user, AuditAction::SessionEnd, after);
    record(transaction, &own.author, vec![change], now).await?;
    Ok(ended.len())
}
