//! Table `jobs`: work for later. Moments are the database's own, so that workers on several machines agree on them.

mod claim;

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::jobs;

pub(crate) use claim::{JobRow, claim, claim_exhausted};

const TABLE: &str = "jobs";

/// A job to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = jobs)]
pub(crate) struct NewJobRow<'job> {
    pub(crate) id: Uuid,
    pub(crate) kind: &'job str,
    pub(crate) payload: &'job Value,
    pub(crate) max_attempts: i32,
    pub(crate) unique_key: Option<&'job str>,
    pub(crate) lane: Option<&'job str>,
}

/// A job and the lease under which it runs; what another lease has taken over since is left alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// The job.
    pub(crate) id: Uuid,
    /// The lease.
    pub(crate) lease: Uuid,
}

/// How the queue stands.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(crate) struct QueueState {
    /// Jobs that wait, also those that wait for their time.
    #[diesel(sql_type = BigInt)]
    pub(crate) waiting: i64,
    /// Jobs given up.
    #[diesel(sql_type = BigInt)]
    pub(crate) parked: i64,
    /// For how long the job that is due longest has been due, in seconds.
    #[diesel(sql_type = Double)]
    pub(crate) oldest_seconds: f64,
}

/// Adds jobs; those whose key an unfinished job has are left out. Returns how many were added.
pub(crate) async fn insert_many(
    conn: &mut AsyncPgConnection,
    rows: &[NewJobRow<'_>],
) -> Result<usize, StoreError> {
    let statement = diesel::insert_into(jobs::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn);
    measured(Operation::Insert, TABLE, statement).await
}

/// Makes jobs with these keys that wait due at once, with all their attempts before them. Returns how many.
pub(crate) async fn hasten(
    conn: &mut AsyncPgConnection,
    keys: &[String],
) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "UPDATE jobs SET run_after = now(), attempts = 0 WHERE unique_key = ANY($1) AND status = 'WAITING'",
    )
    .bind::<Array<Text>, _>(keys)
    .execute(conn);
    measured(Operation::Update, TABLE, statement).await
}

/// Prolongs a lease; false when another has taken the job over.
pub(crate) async fn renew(
    conn: &mut AsyncPgConnection,
    held: Held,
    duration: Duration,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "UPDATE jobs SET locked_until = now() + make_interval(secs => $3) WHERE id = $1 AND lease = $2",
    )
    .bind::<SqlUuid, _>(held.id)
    .bind::<SqlUuid, _>(held.lease)
    .bind::<Double, _>(duration.as_secs_f64())
    .execute(conn);
    Ok(measured(Operation::Update, TABLE, statement).await? > 0)
}

/// Ends a job that is done, and forgets what it was about: payloads hold addresses and links.
pub(crate) async fn finish(conn: &mut AsyncPgConnection, held: Held) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "UPDATE jobs SET status = 'DONE', finished_at = now(), lease = NULL, locked_until = NULL, \
             last_error = NULL, payload = '{}' WHERE id = $1 AND lease = $2",
    )
    .bind::<SqlUuid, _>(held.id)
    .bind::<SqlUuid, _>(held.lease)
    .execute(conn);
    Ok(measured(Operation::Update, TABLE, statement).await? > 0)
}

/// Puts a job back that has failed, to be taken again after a delay.
pub(crate) async fn postpone(
    conn: &mut AsyncPgConnection,
    held: Held,
    delay: Duration,
    error: &str,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "UPDATE jobs SET status = 'WAITING', lease = NULL, locked_until = NULL, last_error = $4, \
             run_after = now() + make_interval(secs => $3) WHERE id = $1 AND lease = $2",
    )
    .bind::<SqlUuid, _>(held.id)
    .bind::<SqlUuid, _>(held.lease)
    .bind::<Double, _>(delay.as_secs_f64())
    .bind::<Text, _>(error)
    .execute(conn);
    Ok(measured(Operation::Update, TABLE, statement).await? > 0)
}

/// Gives a job up, until an operator asks for it again.
pub(crate) async fn park(
    conn: &mut AsyncPgConnection,
    held: Held,
    error: &str,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "UPDATE jobs SET status = 'PARKED', finished_at = now(), lease = NULL, locked_until = NULL, \
             last_error = $3 WHERE id = $1 AND lease = $2",
    )
    .bind::<SqlUuid, _>(held.id)
    .bind::<SqlUuid, _>(held.lease)
    .bind::<Text, _>(error)
    .execute(conn);
    Ok(measured(Operation::Update, TABLE, statement).await? > 0)
}

/// Puts a job back as if it had never been taken.
pub(crate) async fn release(conn: &mut AsyncPgConnection, held: Held) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "UPDATE jobs SET status = 'WAITING', lease = NULL, locked_until = NULL, \
             attempts = greatest(attempts - 1, 0) WHERE id = $1 AND lease = $2",
    )
    .bind::<SqlUuid, _>(held.id)
    .bind::<SqlUuid, _>(held.lease)
    .execute(conn);
    Ok(measured(Operation::Update, TABLE, statement).await? > 0)
}

/// Lets parked jobs run again from their first attempt; of one kind, or all. Returns how many.
///
/// Of several with one key the newest runs, unless an unfinished one does its work; the others have nothing left to say.
pub(crate) async fn unpark(
    conn: &mut AsyncPgConnection,
    kind: Option<&str>,
) -> Result<usize, StoreError> {
    let kind = kind.unwrap_or_default();
    let superseded = diesel::sql_query(
        "DELETE FROM jobs WHERE status = 'PARKED' AND ($1 = '' OR kind = $1) \
           AND EXISTS (SELECT 1 FROM jobs AS other WHERE other.unique_key = jobs.unique_key \
               AND (other.status IN ('WAITING', 'RUNNING') OR other.status = 'PARKED' AND other.id > jobs.id))",
    )
    .bind::<Text, _>(kind)
    .execute(conn);
    measured(Operation::Delete, TABLE, superseded).await?;
    let statement = diesel::sql_query(
        "UPDATE jobs SET status = 'WAITING', attempts = 0, run_after = now(), finished_at = NULL \
         WHERE status = 'PARKED' AND ($1 = '' OR kind = $1)",
    )
    .bind::<Text, _>(kind)
    .execute(conn);
    measured(Operation::Update, TABLE, statement).await
}

/// Jobs given up for one reason.
#[derive(Debug, QueryableByName)]
pub(crate) struct ParkedCause {
    /// Their kind.
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
    /// The error of their last attempt.
    #[diesel(sql_type = Text)]
    pub(crate) error: String,
    /// How many they are.
    #[diesel(sql_type = BigInt)]
    pub(crate) count: i64,
}

/// Reads why jobs were given up, the most frequent reasons first.
pub(crate) async fn parked_causes(
    conn: &mut AsyncPgConnection,
) -> Result<Vec<ParkedCause>, StoreError> {
    let statement = diesel::sql_query(
        "SELECT kind, coalesce(last_error, '') AS error, count(*) AS count FROM jobs \
         WHERE status = 'PARKED' GROUP BY kind, last_error ORDER BY count(*) DESC, kind, error LIMIT 20",
    )
    .load(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Asks how the queue stands.
pub(crate) async fn state(conn: &mut AsyncPgConnection) -> Result<QueueState, StoreError> {
    let statement = diesel::sql_query(
        "SELECT (SELECT count(*) FROM jobs WHERE status = 'WAITING') AS waiting, \
                (SELECT count(*) FROM jobs WHERE status = 'PARKED') AS parked, \
                coalesce((SELECT extract(epoch FROM now() - min(run_after)) FROM jobs \
                    WHERE status IN ('WAITING', 'RUNNING') AND lease IS NULL AND run_after <= now()), 0)::float8 AS oldest_seconds",
    )
    .get_result(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Ages at which finished jobs are removed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retention<'kind> {
    /// Of those that are done.
    pub(crate) done: Duration,
    /// Of those that were given up.
    pub(crate) parked: Duration,
    /// The kind whose payloads hold secrets for a while.
    pub(crate) secret_kind: &'kind str,
    /// Of those of that kind that were given up.
    pub(crate) secret_parked: Duration,
}

/// Removes jobs that were finished before an age, some at a time. Returns how many.
pub(crate) async fn prune(
    conn: &mut AsyncPgConnection,
    keep: Retention<'_>,
    count: i64,
) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs \
             WHERE (status = 'DONE' AND finished_at < now() - make_interval(secs => $1)) \
                OR (status = 'PARKED' AND finished_at < now() - make_interval(secs => $2)) \
                OR (status = 'PARKED' AND kind = $3 AND finished_at < now() - make_interval(secs => $4)) \
             LIMIT $5 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Double, _>(keep.done.as_secs_f64())
    .bind::<Double, _>(keep.parked.as_secs_f64())
    .bind::<Text, _>(keep.secret_kind)
    .bind::<Double, _>(keep.secret_parked.as_secs_f64())
    .bind::<BigInt, _>(count)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await
}
