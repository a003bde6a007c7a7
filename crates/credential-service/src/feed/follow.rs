//! One follower: a snapshot when it has no cursor, then change after change.

use std::time::{Duration, Instant};

use diesel_async::AsyncPgConnection;
use domain::vocabulary::EntityType;
use domain::{ErrorCode, Failure};
use protocol::convert::value::time_to_wire;
use protocol::pb::credential as pb;

use super::entity::{Entities, hydrate};
use super::{Feed, Outlet, Start, cursor, send, send_sign, snapshot};
use crate::store::Mode;
use crate::store::error::known;
use crate::store::outbox_events::{self, EventRow, Position};

/// Pace of the signs of life, and a little: the pulse comes every tenth of a second.
const SIGN_PACE: Duration = Duration::from_millis(150);
/// Events that are read at once.
const BATCH: i64 = 500;

/// Sends until the follower hangs up or the database fails.
pub(super) async fn follow(
    feed: &Feed,
    outlet: &Outlet,
    start: Start,
    wants_signs: bool,
) -> Result<(), Failure> {
    let mut beats = feed.beat.subscribe();
    // A beat of before the call may be older than what the caller knows of.
    beats.borrow_and_update();
    let mut signed: Option<Instant> = None;
    let mut place = match start {
        Start::After(place) => {
            require_known(feed, place).await?;
            place
        }
        Start::Now => snapshot::send_end(feed, outlet).await?,
        Start::Snapshot => snapshot::send_all(feed, outlet).await?,
    };
    loop {
        if beats.changed().await.is_err() {
            return Ok(());
        }
        let beat = *beats.borrow_and_update();
        while place < beat.newest {
            match next_batch(feed, outlet, place).await? {
                Some(last) => place = last,
                None => break,
            }
        }
        let due = signed.is_none_or(|signed| signed.elapsed() >= SIGN_PACE);
        if wants_signs && beat.is_prompt && due {
            send_sign(outlet).await?;
            signed = Some(Instant::now());
        }
    }
}

/// Refuses a place that this database has not reached, since it is of another one and nothing would ever come after it,
/// and one that is older than what the outbox still holds.
async fn require_known(feed: &Feed, place: Position) -> Result<(), Failure> {
    let mut transaction = feed.database.begin_background(Mode::Snapshot).await?;
    let known = outbox_events::has_reached(&mut transaction, place).await?;
    require_kept(&mut transaction, place).await?;
    transaction.commit().await?;
    if known {
        Ok(())
    } else {
        Err(Failure::new(
            ErrorCode::PreconditionFailed,
            "the cursor is of another database; begin with a snapshot",
        ))
    }
}

/// Refuses a place behind which events were removed: whoever went on from there would miss them.
async fn require_kept(conn: &mut AsyncPgConnection, place: Position) -> Result<(), Failure> {
    if outbox_events::is_pruned(conn, place).await? {
        return Err(Failure::new(
            ErrorCode::PreconditionFailed,
            "the cursor is older than the changes that are kept; begin with a snapshot",
        ));
    }
    Ok(())
}

/// Sends what comes next; returns the last place sent, or `None` when there is nothing.
async fn next_batch(
    feed: &Feed,
    outlet: &Outlet,
    after: Position,
) -> Result<Option<Position>, Failure> {
    let mut transaction = feed.database.begin_background(Mode::Snapshot).await?;
    // Of the same moment as the events: a follower that reads very slowly may have been overtaken.
    require_kept(&mut transaction, after).await?;
    let events = outbox_events::deliverable(&mut transaction, after, BATCH).await?;
    let mut entities = hydrate(&mut transaction, &events).await?;
    // The connection goes back before a slow follower is waited for.
    transaction.commit().await?;
    let last = events.last().map(EventRow::position);
    for event in &events {
        let change = change(event, &mut entities)?;
        send(outlet, pb::watch_response::Message::Change(change)).await?;
    }
    Ok(last)
}

fn change(event: &EventRow, entities: &mut Entities) -> Result<pb::Change, Failure> {
    let kind = match event.kind.as_str() {
        "CREATED" => pb::ChangeKind::Created,
        "UPDATED" => pb::ChangeKind::Updated,
        _deleted => pb::ChangeKind::Deleted,
    };
    let entity_type = known(&event.entity_type, EntityType::parse)?;
    Ok(pb::Change {
        cursor: Some(cursor(event.position())),
        event_type: event.event_type.clone(),
        entity_type: entity_type.as_str().to_owned(),
        entity_id: event.entity_id.to_string(),
        kind: kind.into(),
        entity: entities.get(event.entity_id),
        revocation: revocation(event)?,
    })
}

/// What the gateways must not accept any more.
fn revocation(event: &EventRow) -> Result<Option<pb::Revocation>, Failure> {
    if event.event_type != outbox_events::REVOKED {
        return Ok(None);
    }
    let announced: RevokedPayload =
        serde_json::from_value(event.payload.clone()).map_err(Failure::internal)?;
    Ok(Some(pb::Revocation {
        ended_session_ids: announced.ended_sessions,
        tokens_valid_from: announced.tokens_valid_from.map(time_to_wire),
    }))
}

/// The payload of such an event.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct RevokedPayload {
    #[serde(default)]
    ended_sessions: Vec<String>,
    tokens_valid_from: Option<chrono::DateTime<chrono::Utc>>,
}
