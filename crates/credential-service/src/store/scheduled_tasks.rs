//! Table `scheduled_tasks`: when what is done again and again is due. Moments are the database's own, as in [`super::jobs`].

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::scheduled_tasks;

const TABLE: &str = "scheduled_tasks";

/// How a task stands.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = scheduled_tasks, check_for_backend(diesel::pg::Pg))]
pub(crate) struct TaskRow {
    /// Its name.
    pub(crate) name: String,
    /// When it is done next.
    pub(crate) due_at: DateTime<Utc>,
    /// When it last ended well.
    pub(crate) last_succeeded_at: Option<DateTime<Utc>>,
    /// What it then did: rows removed, entries read, mails queued.
    pub(crate) last_count: Option<i64>,
    /// Failures since then.
    pub(crate) failures: i32,
    /// Why it last failed; `None` when it did not.
    pub(crate) last_error: Option<String>,
}

/// A task that somebody does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeldTask<'name> {
    /// Its name.
    pub(crate) name: &'name str,
    /// The lease under which it was taken.
    pub(crate) lease: Uuid,
}

/// Makes tasks known; a new one is due at once, one that is known stays as it is.
pub(crate) async fn register(
    conn: &mut AsyncPgConnection,
    names: &[&str],
) -> Result<(), StoreError> {
    let statement = diesel::sql_query(
        "INSERT INTO scheduled_tasks (name, due_at) SELECT name, now() FROM unnest($1) AS name ON CONFLICT DO NOTHING",
    )
    .bind::<Array<Text>, _>(names)
    .execute(conn);
    measured(Operation::Insert, TABLE, statement).await?;
    Ok(())
}

/// Reads which of these tasks are due and done by nobody.
pub(crate) async fn due(
    conn: &mut AsyncPgConnection,
    names: &[&str],
) -> Result<Vec<String>, StoreError> {
    let statement = scheduled_tasks::table
        .filter(scheduled_tasks::name.eq_any(names))
        .filter(scheduled_tasks::due_at.le(diesel::dsl::now))
        .filter(
            scheduled_tasks::locked_until
                .is_null()
                .or(scheduled_tasks::locked_until.le(diesel::dsl::now)),
        )
        .order(scheduled_tasks::due_at)
        .select(scheduled_tasks::name)
        .load(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Takes a task that is due; false when another was quicker.
pub(crate) async fn claim(
    conn: &mut AsyncPgConnection,
    task: HeldTask<'_>,
    duration: Duration,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "UPDATE scheduled_tasks SET lease = $2, last_started_at = now(), locked_until = now() + make_interval(secs => $3) \
         WHERE name = $1 AND due_at <= now() AND (locked_until IS NULL OR locked_until <= now())",
    )
    .bind::<Text, _>(task.name)
    .bind::<SqlUuid, _>(task.lease)
    .bind::<Double, _>(duration.as_secs_f64())
    .execute(conn);
    Ok(measured(Operation::Update, TABLE, statement).await? > 0)
}

/// Ends a task that is done: it is due again at the next moment that lies whole periods after `offset` past midnight (UTC).
/// False when another has taken it over.
pub(crate) async fn succeeded(
    conn: &mut AsyncPgConnection,
    task: HeldTask<'_>,
    period: Duration,
    offset: Duration,
    count: u64,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "UPDATE scheduled_tasks SET lease = NULL, locked_until = NULL, last_succeeded_at = now(), last_count = $5, \
             failures = 0, last_error = NULL, \
             due_at = to_timestamp((floor((extract(epoch FROM now()) - $4) / $3) + 1) * $3 + $4) \
         WHERE name = $1 AND lease = $2",
    )
    .bind::<Text, _>(task.name)
    .bind::<SqlUuid, _>(task.lease)
    .bind::<Double, _>(period.as_secs_f64())
    .bind::<Double, _>(offset.as_secs_f64())
    .bind::<BigInt, _>(i64::try_from(count).unwrap_or(i64::MAX))
    .execute(conn);
    Ok(measured(Operation::Update, TABLE, statement).await? > 0)
}

/// Ends a task that failed: it is tried again after a minute, then after two, four and so on, at the latest after `period`.
/// Returns the failures in a row, or `None` when another has taken it over.
pub(crate) async fn failed(
    conn: &mut AsyncPgConnection,
    task: HeldTask<'_>,
    period: Duration,
    error: &str,
) -> Result<Option<i32>, StoreError> {
    let statement = diesel::sql_query(
        "UPDATE scheduled_tasks SET lease = NULL, locked_until = NULL, failures = failures + 1, last_error = $4, \
             due_at = now() + make_interval(secs => least($3, 60 * power(2, least(failures, 10)))) \
         WHERE name = $1 AND lease = $2 RETURNING failures AS number",
    )
    .bind::<Text, _>(task.name)
    .bind::<SqlUuid, _>(task.lease)
    .bind::<Double, _>(period.as_secs_f64())
    .bind::<Text, _>(error)
    .get_result::<Number>(conn);
    let row = measured(Operation::Update, TABLE, async {
        statement.await.optional()
    })
    .await?;
    Ok(row.map(|row| row.number))
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    number: i32,
}

/// Gives a task back as if it had never been taken.
pub(crate) async fn release(
    conn: &mut AsyncPgConnection,
    task: HeldTask<'_>,
) -> Result<(), StoreError> {
    let statement = diesel::sql_query(
        "UPDATE scheduled_tasks SET lease = NULL, locked_until = NULL WHERE name = $1 AND lease = $2",
    )
    .bind::<Text, _>(task.name)
    .bind::<SqlUuid, _>(task.lease)
    .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Reads how every task stands, by name.
pub(crate) async fn list(conn: &mut AsyncPgConnection) -> Result<Vec<TaskRow>, StoreError> {
    let statement = scheduled_tasks::table
        .order(scheduled_tasks::name)
        .limit(100)
        .select(TaskRow::as_select())
        .load(conn);
    measured(Operation::Select, TABLE, statement).await
}
