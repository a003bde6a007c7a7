//! Which tokens became worthless of late, for a gateway that has just started or has missed changes.

use chrono::{DateTime, Utc};
use domain::Failure;
use domain::id::{SessionId, UserId};
use domain::policy::Action;
use protocol::Caller;

use crate::state::State;
use crate::store::{sessions, users};

/// Reads the sessions that ended and the people whose authority changed since a moment.
///
/// # Errors
/// `AUTHORIZATION_ERROR` for anyone but our own processes.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    since: DateTime<Utc>,
) -> Result<(Vec<SessionId>, Vec<(UserId, DateTime<Utc>)>), Failure> {
    caller.authorize(Action::FollowFeed, None)?;
    let mut transaction = state.database.read(caller.deadline).await?;
    let ended = sessions::ended_since(&mut transaction, since).await?;
    let renewed = users::renewed_since(&mut transaction, since).await?;
    transaction.commit().await?;
    Ok((ended, renewed))
}
