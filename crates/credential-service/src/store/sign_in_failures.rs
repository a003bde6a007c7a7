//! Table `sign_in_failures`: wrong passwords, counted per account and place.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::sign_in_failures;

const TABLE: &str = "sign_in_failures";
/// Guesses in a row after which a counter is shut until a success or another password (NIST SP 800-63B: at most 100).
const MOST_IN_A_ROW: i32 = 100;
/// Longest pause of strangers, however often they have begun one.
const LONGEST_PAUSE: TimeDelta = TimeDelta::days(1);
/// Rows whose count began so long ago begin no pause any more, whatever the settings.
const LONGEST_MEMORY: TimeDelta = TimeDelta::days(2);
/// No address is known to an account for so long after its last session, so what it guessed from there says nothing.
const LONGEST_KNOWN: TimeDelta = TimeDelta::days(31);

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
    /// Length of a pause; strangers have it doubled with each further one.
    pub(crate) pause: TimeDelta,
}

#[derive(QueryableByName)]
struct CountedRow {
    #[diesel(sql_type = Bool)]
    shut: bool,
}

/// Counts one failure in one statement, so that none of many at once is lost; true while nobody is let in.
///
/// A failure during a pause is counted and does not make the pause longer. After it, or when the window is over, the
/// count begins anew. Those in a row go on over pauses; a try during a pause is no guess, since the right password would
/// have been refused as well.
///
/// What strangers have failed in a row also makes their next pause twice as long, up to a day. A known address waits as
/// long each time: its owner mistypes, and nobody else can make the owner wait.
pub(crate) async fn count(
    conn: &mut AsyncPgConnection,
    counter: &Counter,
    rules: PauseRules,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "INSERT INTO sign_in_failures AS counter (account, origin, failures, in_a_row, counted_from, paused_until) \
         VALUES ($1, $2, 1, 1, $3, CASE WHEN $5 <= 1 THEN $3 + make_interval(secs => $6) END) \
         ON CONFLICT (account, origin) DO UPDATE SET \
             failures = CASE WHEN counter.paused_until <= $3 OR (counter.paused_until IS NULL AND counter.counted_from <= $4) \
                 THEN 1 ELSE counter.failures + 1 END, \
             in_a_row = CASE WHEN counter.paused_until > $3 THEN counter.in_a_row ELSE least(counter.in_a_row + 1, $7) END, \
             counted_from = CASE WHEN counter.paused_until <= $3 OR (counter.paused_until IS NULL AND counter.counted_from <= $4) \
                 THEN $3 ELSE counter.counted_from END, \
             paused_until = CASE WHEN counter.paused_until > $3 THEN counter.paused_until \
                 WHEN $5 <= 1 OR (counter.paused_until IS NULL AND counter.counted_from > $4 AND counter.failures + 1 >= $5) \
                 THEN $3 + make_interval(secs => CASE WHEN counter.origin <> '' THEN $6 \
                     ELSE least($6 * power(2, least(counter.in_a_row / $5, 10)), $8) END) END \
         RETURNING coalesce(paused_until > $3, false) OR in_a_row >= $7 AS shut",
    )
    .bind::<SqlUuid, _>(counter.account)
    .bind::<Text, _>(&counter.origin)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now - rules.window)
    .bind::<Integer, _>(rules.max_failures)
    .bind::<Double, _>(rules.pause.as_seconds_f64())
    .bind::<Integer, _>(MOST_IN_A_ROW)
    .bind::<Double, _>(LONGEST_PAUSE.as_seconds_f64())
    .get_result::<CountedRow>(conn);
    Ok(measured(Operation::Insert, TABLE, statement).await?.shut)
}

/// Whether nobody is let in, for a pause or for good. Tries that are being counted at this moment are waited for.
pub(crate) async fn is_shut(
    conn: &mut AsyncPgConnection,
    counter: &Counter,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let statement = sign_in_failures::table
        .find((counter.account, &counter.origin))
        .select((sign_in_failures::paused_until, sign_in_failures::in_a_row))
        .for_update()
        .first::<(Option<DateTime<Utc>>, i32)>(conn);
    let counted = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    Ok(counted.is_some_and(|(paused_until, in_a_row)| {
        in_a_row >= MOST_IN_A_ROW || paused_until.is_some_and(|until| until > now)
    }))
}

/// Forgets a counter after a success, which also ends what strangers have failed in a row. Their pause goes on.
pub(crate) async fn forget(
    conn: &mut AsyncPgConnection,
    counter: &Counter,
) -> Result<(), StoreError> {
    let own = diesel::delete(sign_in_failures::table.find((counter.account, &counter.origin)));
    measured(Operation::Delete, TABLE, own.execute(conn)).await?;
    if !counter.origin.is_empty() {
        let strangers = sign_in_failures::table
            .find((counter.account, ""))
            .filter(sign_in_failures::in_a_row.gt(0));
        let statement = diesel::update(strangers)
            .set(sign_in_failures::in_a_row.eq(0))
            .execute(conn);
        measured(Operation::Update, TABLE, statement).await?;
    }
    Ok(())
}

/// Forgets all counters of an account: they were about a password that it no longer has.
pub(crate) async fn forget_all(
    conn: &mut AsyncPgConnection,
    account: Uuid,
) -> Result<(), StoreError> {
    // Strangers last, as in `forget`, so that the two do not wait for each other.
    let statement = diesel::sql_query(
        "WITH held AS (SELECT account, origin FROM sign_in_failures WHERE account = $1 ORDER BY origin DESC FOR UPDATE) \
         DELETE FROM sign_in_failures AS counter USING held \
         WHERE (counter.account, counter.origin) = (held.account, held.origin)",
    )
    .bind::<SqlUuid, _>(account)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await?;
    Ok(())
}

/// Removes counters that say nothing any more, some at once. Returns how many.
///
/// What strangers have failed in a row at an account is kept: otherwise they would only have to wait.
pub(crate) async fn prune(conn: &mut AsyncPgConnection, count: i64) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "DELETE FROM sign_in_failures WHERE (account, origin) IN (SELECT account, origin FROM sign_in_failures \
             WHERE counted_from < now() - make_interval(secs => $1) AND coalesce(paused_until < now(), true) \
               AND (in_a_row = 0 OR NOT EXISTS (SELECT FROM users WHERE users.id = account) \
                   OR (origin <> '' AND counted_from < now() - make_interval(secs => $2))) \
             LIMIT $3 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Double, _>(LONGEST_MEMORY.as_seconds_f64())
    .bind::<Double, _>(LONGEST_KNOWN.as_seconds_f64())
    .bind::<BigInt, _>(count)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await
}
