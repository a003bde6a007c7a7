//! Table `outbox_events`: what followers have to hear of.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    BigInt, Bool, Double, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::outbox_events;

const TABLE: &str = "outbox_events";
/// Sessions of a person have ended, or their access tokens are worth nothing any more.
pub(crate) const REVOKED: &str = "user.revoked";
/// Rows of one statement.
const CHUNK: usize = 1_000;

/// A place in the feed; see [`crate::feed`] for why a sequence alone is not one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// Transaction that wrote the event.
    pub(crate) transaction: u64,
    /// Number of the event.
    pub(crate) sequence: u64,
}

/// An event to be written; the database adds its place.
#[derive(Debug, Insertable)]
#[diesel(table_name = outbox_events)]
pub(crate) struct NewEvent {
    pub(crate) event_type: &'static str,
    pub(crate) entity_type: &'static str,
    pub(crate) entity_id: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) payload: Value,
}

/// An event as followers hear of it.
#[derive(Debug, QueryableByName)]
pub(crate) struct EventRow {
    #[diesel(sql_type = BigInt)]
    transaction: i64,
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = Text)]
    pub(crate) event_type: String,
    #[diesel(sql_type = Text)]
    pub(crate) entity_type: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) entity_id: Uuid,
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
    #[diesel(sql_type = Jsonb)]
    pub(crate) payload: Value,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

impl EventRow {
    /// Its place.
    pub(crate) fn position(&self) -> Position {
        position(self.transaction, self.sequence)
    }
}

#[derive(Debug, QueryableByName)]
struct PulseRow {
    #[diesel(sql_type = Nullable<BigInt>)]
    transaction: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    sequence: Option<i64>,
    #[diesel(sql_type = Double)]
    held_back_seconds: f64,
}

/// The newest place that may be delivered, and how long the oldest event has waited that may not yet be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pulse {
    /// Newest place that may be delivered.
    pub(crate) newest: Position,
    /// Age of the oldest event behind a running transaction, in seconds.
    pub(crate) held_back_seconds: f64,
}

#[derive(Debug, QueryableByName)]
struct XminRow {
    #[diesel(sql_type = BigInt)]
    xmin: i64,
}

#[derive(Debug, QueryableByName)]
struct ReachedRow {
    #[diesel(sql_type = Bool)]
    reached: bool,
}

/// A place as the database writes it.
pub(super) fn position(transaction: i64, sequence: i64) -> Position {
    Position {
        transaction: u64::try_from(transaction).unwrap_or(0),
        sequence: u64::try_from(sequence).unwrap_or(0),
    }
}

/// Adds events, hundreds at a time.
pub(crate) async fn insert_many(
    conn: &mut AsyncPgConnection,
    events: &[NewEvent],
) -> Result<(), StoreError> {
    for chunk in events.chunks(CHUNK) {
        let statement = diesel::insert_into(outbox_events::table)
            .values(chunk)
            .execute(conn);
        measured(Operation::Insert, TABLE, statement).await?;
    }
    Ok(())
}

/// Reads the next events after a place, in the order of their places, leaving out what a running transaction may still precede.
pub(crate) async fn deliverable(
    conn: &mut AsyncPgConnection,
    after: Position,
    limit: i64,
) -> Result<Vec<EventRow>, StoreError> {
    let statement = diesel::sql_query(
        "SELECT transaction::text::bigint AS transaction, sequence, event_type, entity_type, entity_id, kind, payload, created_at \
         FROM outbox_events \
         WHERE (transaction, sequence) > ($1::text::xid8, $2) \
           AND transaction < pg_snapshot_xmin(pg_current_snapshot()) \
         ORDER BY outbox_events.transaction, outbox_events.sequence LIMIT $3",
    )
    .bind::<Text, _>(after.transaction.to_string())
    .bind::<BigInt, _>(i64::try_from(after.sequence).unwrap_or(i64::MAX))
    .bind::<BigInt, _>(limit)
    .load(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Asks for the newest place that may be delivered; two look-ups in one index.
pub(crate) async fn pulse(conn: &mut AsyncPgConnection) -> Result<Pulse, StoreError> {
    let statement = diesel::sql_query(
        "SELECT newest.transaction, newest.sequence, \
                coalesce(extract(epoch FROM clock_timestamp() - oldest.created_at), 0)::float8 AS held_back_seconds \
         FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin) AS border \
         LEFT JOIN LATERAL (SELECT event.transaction::text::bigint AS transaction, event.sequence \
             FROM outbox_events AS event WHERE event.transaction < border.xmin \
             ORDER BY event.transaction DESC, event.sequence DESC LIMIT 1) AS newest ON true \
         LEFT JOIN LATERAL (SELECT event.created_at FROM outbox_events AS event \
             WHERE event.transaction >= border.xmin \
             ORDER BY event.transaction, event.sequence LIMIT 1) AS oldest ON true",
    )
    .get_result::<PulseRow>(conn);
    let row = measured(Operation::Select, TABLE, statement).await?;
    Ok(Pulse {
        newest: position(row.transaction.unwrap_or(0), row.sequence.unwrap_or(0)),
        held_back_seconds: row.held_back_seconds.max(0.0),
    })
}

/// Reads the oldest transaction that still ran when this snapshot was taken: everything before it is in the snapshot.
pub(crate) async fn snapshot_border(conn: &mut AsyncPgConnection) -> Result<Position, StoreError> {
    let statement =
        diesel::sql_query("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin")
            .get_result::<XminRow>(conn);
    let row = measured(Operation::Select, TABLE, statement).await?;
    Ok(position(row.xmin, 0))
}

/// Asks whether a place is one that this database can have given.
pub(crate) async fn has_reached(
    conn: &mut AsyncPgConnection,
    place: Position,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "SELECT $1::text::xid8 <= pg_snapshot_xmax(pg_current_snapshot()) AS reached",
    )
    .bind::<Text, _>(place.transaction.to_string())
    .get_result::<ReachedRow>(conn);
    Ok(measured(Operation::Select, TABLE, statement).await?.reached)
}

/// Asks whether events behind a place were removed, so that whoever goes on from there would miss them.
///
/// A mark that this database cannot have made came with a restored copy and says nothing.
pub(crate) async fn is_pruned(
    conn: &mut AsyncPgConnection,
    place: Position,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "SELECT EXISTS (SELECT 1 FROM outbox_pruned WHERE (transaction, sequence) > ($1::text::xid8, $2) \
             AND transaction <= pg_snapshot_xmax(pg_current_snapshot())) AS reached",
    )
    .bind::<Text, _>(place.transaction.to_string())
    .bind::<BigInt, _>(i64::try_from(place.sequence).unwrap_or(i64::MAX))
    .get_result::<ReachedRow>(conn);
    Ok(measured(Operation::Select, "outbox_pruned", statement)
        .await?
        .reached)
}

/// Removes the oldest events, at most `count`, and marks how far: an unbroken beginning of the feed, so that one place
/// says who has missed something. What is younger than `age`, not yet deliverable or not yet read by a follower inside
/// this service stays, with everything after it. Returns how many.
pub(crate) async fn prune(
    conn: &mut AsyncPgConnection,
    age: Duration,
    count: i64,
) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "WITH oldest AS (SELECT event.transaction, event.sequence, \
                 event.created_at < now() - make_interval(secs => $1) \
                 AND event.transaction < pg_snapshot_xmin(pg_current_snapshot()) \
                 AND NOT EXISTS (SELECT 1 FROM outbox_cursors AS reader \
                     WHERE (reader.transaction, reader.sequence) < (event.transaction, event.sequence)) AS spent \
             FROM outbox_events AS event ORDER BY event.transaction, event.sequence LIMIT $2), \
         judged AS (SELECT transaction, sequence, bool_and(spent) OVER (ORDER BY transaction, sequence) AS spent FROM oldest), \
         last AS (SELECT transaction, sequence FROM judged WHERE spent ORDER BY transaction DESC, sequence DESC LIMIT 1), \
         marked AS (UPDATE outbox_pruned SET transaction = last.transaction, sequence = last.sequence FROM last \
             WHERE (outbox_pruned.transaction, outbox_pruned.sequence) < (last.transaction, last.sequence) \
                OR outbox_pruned.transaction > pg_snapshot_xmax(pg_current_snapshot())) \
         DELETE FROM outbox_events USING judged WHERE judged.spent AND outbox_events.sequence = judged.sequence",
    )
    .bind::<Double, _>(age.as_secs_f64())
    .bind::<BigInt, _>(count)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await
}
