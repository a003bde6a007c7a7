//! Ends sessions and makes tokens worthless, and tells the gateways so.
//!
//! Access tokens are good for minutes after they were signed. The gateways follow the change feed and refuse the tokens
//! of ended sessions, and those signed before a person's authority changed. The feed carries identifiers only.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::id::{SessionId, UserId};
use domain::vocabulary::EntityType;
use serde_json::json;

use crate::store::outbox_events::{self, NewEvent, REVOKED};
use crate::store::sessions::{self, EndReason};
use crate::store::{StoreError, users};

/// Which sessions of a person end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// One.
    One(SessionId),
    /// All but one.
    AllBut(SessionId),
    /// All.
    All,
}

/// Ends running sessions of a person; returns those that ended by this.
pub(crate) async fn end_sessions(
    conn: &mut AsyncPgConnection,
    user: UserId,
    which: Which,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, StoreError> {
    let ended = match which {
        Which::One(session) => sessions::end(conn, user, session, reason, now).await?,
        Which::AllBut(session) => sessions::end_all(conn, user, Some(session), reason, now).await?,
        Which::All => sessions::end_all(conn, user, None, reason, now).await?,
    };
    if !ended.is_empty() {
        let payload = json!({ "endedSessions": ended });
        announce(conn, user, payload).await?;
    }
    Ok(ended)
}

/// Makes the access tokens that a person holds worthless; sessions go on with tokens signed from now on. The caller has
/// locked the person, so that no token says meanwhile what was so before.
pub(crate) async fn renew_tokens(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> Result<(), StoreError> {
    let moment = users::renew_tokens(conn, user).await?;
    announce(conn, user, json!({ "tokensValidFrom": moment })).await
}

async fn announce(
    conn: &mut AsyncPgConnection,
    user: UserId,
    payload: serde_json::Value,
) -> Result<(), StoreError> {
    let event = NewEvent {
        event_type: REVOKED,
        entity_type: EntityType::User.as_str(),
        entity_id: user.uuid(),
        kind: "UPDATED",
        payload,
    };
    outbox_events::insert_many(conn, &[event]).await
}
