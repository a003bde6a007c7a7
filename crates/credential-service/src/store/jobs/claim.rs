//! Taking jobs under a lease.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Double, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::super::error::StoreError;
use super::super::measure::{Operation, measured};
use super::TABLE;

/// A job that a lease has taken.
#[derive(Debug, QueryableByName)]
pub(crate) struct JobRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
    #[diesel(sql_type = Jsonb)]
    pub(crate) payload: Value,
    #[diesel(sql_type = Integer)]
    pub(crate) attempts: i32,
    #[diesel(sql_type = Integer)]
    pub(crate) max_attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) lane: Option<String>,
}

/// Takes jobs that are due, or whose lease has run out, of no full lane; rows that another worker is just taking are passed over.
pub(crate) async fn claim(
    conn: &mut AsyncPgConnection,
    kinds: &[&str],
    full_lanes: &[&str],
    count: i64,
    lease: Uuid,
    duration: Duration,
) -> Result<Vec<JobRow>, StoreError> {
    // An array, and no join: a plan for any count would expect a tenth of all that is due, and read the whole table for it.
    let statement = diesel::sql_query(
        "UPDATE jobs SET status = 'RUNNING', attempts = jobs.attempts + 1, lease = $3, \
             locked_until = now() + make_interval(secs => $4) \
         WHERE id = ANY (ARRAY(SELECT id FROM jobs \
             WHERE status IN ('WAITING', 'RUNNING') AND run_after <= now() \
               AND (locked_until IS NULL OR locked_until <= now()) \
               AND kind = ANY($1) AND attempts < max_attempts AND (lane IS NULL OR lane <> ALL($5)) \
             ORDER BY run_after, id LIMIT $2 FOR UPDATE SKIP LOCKED)) \
         RETURNING jobs.id, jobs.kind, jobs.payload, jobs.attempts, jobs.max_attempts, jobs.created_at, jobs.lane",
    )
    .bind::<Array<Text>, _>(kinds)
    .bind::<BigInt, _>(count)
    .bind::<SqlUuid, _>(lease)
    .bind::<Double, _>(duration.as_secs_f64())
    .bind::<Array<Text>, _>(full_lanes)
    .load(conn);
    measured(Operation::Update, TABLE, statement).await
}

/// Takes jobs whose worker died in their last attempt, so that they can be given up.
pub(crate) async fn claim_exhausted(
    conn: &mut AsyncPgConnection,
    kinds: &[&str],
    count: i64,
    lease: Uuid,
    duration: Duration,
) -> Result<Vec<JobRow>, StoreError> {
    let statement = diesel::sql_query(
        "WITH dead AS (SELECT id FROM jobs \
             WHERE status IN ('WAITING', 'RUNNING') AND run_after <= now() \
               AND (locked_until IS NULL OR locked_until <= now()) \
               AND kind = ANY($1) AND attempts >= max_attempts \
             ORDER BY run_after, id LIMIT $2 FOR UPDATE SKIP LOCKED) \
         UPDATE jobs SET status = 'RUNNING', lease = $3, locked_until = now() + make_interval(secs => $4) \
         FROM dead WHERE jobs.id = dead.id \
         RETURNING jobs.id, jobs.kind, jobs.payload, jobs.attempts, jobs.max_attempts, jobs.created_at, jobs.lane",
    )
    .bind::<Array<Text>, _>(kinds)
    .bind::<BigInt, _>(count)
    .bind::<SqlUuid, _>(lease)
    .bind::<Double, _>(duration.as_secs_f64())
    .load(conn);
    measured(Operation::Update, TABLE, statement).await
}
