//! Table `sign_in_failures`: wrong passwords, counted per account and place.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    BigInt, Bool, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::sign_in_failures;

const TABLE: &str = "sign_in_failures";
/// Old rows that one sign-in takes away.
const SWEEP: i64 = 100;
/// Rows whose count began so long ago say nothing any more, whatever the settings.
const LONGEST_MEMORY: TimeDelta = TimeDelta::days(2);

/// What is counted together.
#[derive(Clone, Debug)]
pub(crate) struct Counter {
    /// The account, or a number that stands for an address without one.
    pub(crate) account: Uuid,
    /// Address that has signed in to the account of late; empty for all others together.
    pub(crate) origin: String,
}

/// When a pause begins and how long it lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PauseRules {
    /// Failures that begin a pause.
    pub(crate) max_failures: i32,
    /// Time within which they count together.
    pub(crate) window: TimeDelta,
    /// Length of a pause.
    pub(crate) pause: TimeDelta,
}

#[derive(QueryableByName)]
struct CountedRow {
    #[diesel(sql_type = Bool)]
    paused: bool,
}

/// Counts one failure in one statement, so that none of many at once is lost; true while the counter is paused.
///
/// A failure during a pause is counted and does not make the pause longer. After it, or when the window is over, the
/// count begins anew.
pub(crate) async fn count(
    conn: &mut AsyncPgConnection,
    counter: &Counter,
    rules: PauseRules,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "INSERT INTO sign_in_failures AS counter (account, origin, failures, counted_from, paused_until) \
         VALUES ($1, $2, 1, $3, CASE WHEN $5 <= 1 THEN $6 END) \
         ON CONFLICT (account, origin) DO UPDATE SET \
             failures = CASE WHEN counter.paused_until <= $3 OR (counter.paused_until IS NULL AND counter.counted_from <= $4) \
                 THEN 1 ELSE counter.failures + 1 END, \
             counted_from = CASE WHEN counter.paused_until <= $3 OR (counter.paused_until IS NULL AND counter.counted_from <= $4) \
                 THEN $3 ELSE counter.counted_from END, \
             paused_until = CASE WHEN counter.paused_until > $3 THEN counter.paused_until \
                 WHEN counter.paused_until IS NULL AND counter.counted_from > $4 AND counter.failures + 1 >= $5 THEN $6 \
                 WHEN $5 <= 1 THEN $6 END \
         RETURNING coalesce(paused_until > $3, false) AS paused",
    )
    .bind::<SqlUuid, _>(counter.account)
    .bind::<Text, _>(&counter.origin)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now - rules.window)
    .bind::<Integer, _>(rules.max_failures)
    .bind::<Nullable<Timestamptz>, _>(Some(now + rules.pause))
    .get_result::<CountedRow>(conn);
    Ok(measured(Operation::Insert, TABLE, statement).await?.paused)
}

/// Whether the counter is paused. Tries that are being counted at this moment are waited for.
pub(crate) async fn is_paused(
    conn: &mut AsyncPgConnection,
    counter: &Counter,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let statement = sign_in_failures::table
        .find((counter.account, &counter.origin))
        .select(sign_in_failures::paused_until)
        .for_update()
        .first::<Option<DateTime<Utc>>>(conn);
    let paused_until = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    Ok(paused_until.flatten().is_some_and(|until| until > now))
}

/// Forgets a counter, and some of those that say nothing any more.
pub(crate) async fn forget(
    conn: &mut AsyncPgConnection,
    counter: &Counter,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::sql_query(
        "DELETE FROM sign_in_failures WHERE (account, origin) = ($1, $2) OR ctid = ANY (ARRAY( \
             SELECT ctid FROM sign_in_failures WHERE counted_from < $3 AND coalesce(paused_until < $4, true) \
             ORDER BY counted_from LIMIT $5 FOR UPDATE SKIP LOCKED))",
    )
    .bind::<SqlUuid, _>(counter.account)
    .bind::<Text, _>(&counter.origin)
    .bind::<Timestamptz, _>(now - LONGEST_MEMORY)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(SWEEP)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await?;
    Ok(())
}

/// Removes counters that say nothing any more, some at once. Returns how many.
pub(crate) async fn prune(conn: &mut AsyncPgConnection, count: i64) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "DELETE FROM sign_in_failures WHERE (account, origin) IN (SELECT account, origin FROM sign_in_failures \
             WHERE counted_from < now() - make_interval(secs => $1) AND coalesce(paused_until < now(), true) \
             LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Double, _>(LONGEST_MEMORY.as_seconds_f64())
    .bind::<BigInt, _>(count)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await
}
