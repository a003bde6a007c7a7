//! Table `webhook_deliveries`: what was sent to whom, and how that went.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{WebhookDeliveryId, WebhookId};
use domain::page::{Page, PageRequest, Sort};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::webhook_deliveries;

const TABLE: &str = "webhook_deliveries";
/// Keys that a list can be sorted by.
pub(crate) const SORTABLE: &[&str] = &["createdAt"];
/// Order when nobody asks for one.
pub(crate) const DEFAULT_SORT: Sort = Sort {
    key: "createdAt",
    descending: true,
};

/// One delivery.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries, check_for_backend(diesel::pg::Pg))]
pub(crate) struct DeliveryRow {
    pub(crate) id: Uuid,
    pub(crate) webhook_id: Uuid,
    pub(crate) event_type: String,
    pub(crate) body: String,
    pub(crate) status: String,
    pub(crate) attempts: i32,
    pub(crate) response_status: Option<i32>,
    pub(crate) response_body: Option<String>,
    pub(crate) duration_ms: Option<i32>,
    pub(crate) error: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_attempt_at: Option<DateTime<Utc>>,
}

/// A delivery to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = webhook_deliveries)]
pub(crate) struct NewDelivery {
    pub(crate) id: Uuid,
    pub(crate) webhook_id: Uuid,
    pub(crate) event_sequence: i64,
    pub(crate) event_type: String,
    pub(crate) body: String,
}

/// How one attempt went.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempt {
    /// The answer's status, if there was an answer.
    pub(crate) response_status: Option<i32>,
    /// The beginning of the answer.
    pub(crate) response_body: Option<String>,
    /// How long it took, in milliseconds.
    pub(crate) duration_ms: i32,
    /// Why it failed; `None` when it did not.
    pub(crate) error: Option<String>,
}

/// Writes deliveries, hundreds at a time; those that are there already are left as they are.
pub(crate) async fn insert_many(
    conn: &mut AsyncPgConnection,
    rows: &[NewDelivery],
) -> Result<(), StoreError> {
    for chunk in rows.chunks(1_000) {
        let statement = diesel::insert_into(webhook_deliveries::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .execute(conn);
        measured(Operation::Insert, TABLE, statement).await?;
    }
    Ok(())
}

/// Reads a delivery.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    id: WebhookDeliveryId,
) -> Result<Option<DeliveryRow>, StoreError> {
    let statement = webhook_deliveries::table
        .find(id.uuid())
        .select(DeliveryRow::as_select())
        .first(conn);
    measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await
}

/// Reads one page of the deliveries of a webhook.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    webhook: WebhookId,
    status: Option<&str>,
    page: &PageRequest,
) -> Result<Page<DeliveryRow>, StoreError> {
    let filtered = || {
        let mut query = webhook_deliveries::table
            .filter(webhook_deliveries::webhook_id.eq(webhook.uuid()))
            .into_boxed();
        if let Some(status) = status {
            query = query.filter(webhook_deliveries::status.eq(status.to_owned()));
        }
        query
    };
    let statement = filtered().count().get_result::<i64>(conn);
    let total = measured(Operation::Select, TABLE, statement).await?;
    let down = page.sort.descending;
    let query = ordered!(filtered(), webhook_deliveries::created_at, down);
    let statement = ordered_next!(query, webhook_deliveries::id, down)
        .offset(page.offset())
        .limit(i64::from(page.limit))
        .select(DeliveryRow::as_select())
        .load(conn);
    let items = measured(Operation::Select, TABLE, statement).await?;
    Ok(Page::new(items, page, u64::try_from(total).unwrap_or(0)))
}

/// Writes down how an attempt went.
pub(crate) async fn attempted(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    attempt: &Attempt,
    will_be_repeated: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let status = match attempt.error {
        None => "SUCCEEDED",
        Some(_) if will_be_repeated => "PENDING",
        Some(_) => "FAILED",
    };
    let statement = diesel::update(webhook_deliveries::table.find(id))
        .set((
            webhook_deliveries::status.eq(status),
            webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
            webhook_deliveries::response_status.eq(attempt.response_status),
            webhook_deliveries::response_body.eq(attempt.response_body.as_deref()),
            webhook_deliveries::duration_ms.eq(attempt.duration_ms),
            webhook_deliveries::error.eq(attempt.error.as_deref()),
            webhook_deliveries::last_attempt_at.eq(now),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Marks a delivery as not delivered for good, or as waiting again.
pub(crate) async fn set_status(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    status: &str,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let statement = diesel::update(webhook_deliveries::table.find(id))
        .set((
            webhook_deliveries::status.eq(status),
            webhook_deliveries::error.eq(error),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Marks everything that waits to be sent to a webhook as not delivered for good.
pub(crate) async fn fail_pending(
    conn: &mut AsyncPgConnection,
    webhook: Uuid,
    error: &str,
) -> Result<(), StoreError> {
    let statement = diesel::update(
        webhook_deliveries::table
            .filter(webhook_deliveries::webhook_id.eq(webhook))
            .filter(webhook_deliveries::status.eq("PENDING")),
    )
    .set((
        webhook_deliveries::status.eq("FAILED"),
        webhook_deliveries::error.eq(error),
    ))
    .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Removes deliveries older than an age, some at a time. Returns how many.
pub(crate) async fn prune(
    conn: &mut AsyncPgConnection,
    age: Duration,
    count: i64,
) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries \
             WHERE created_at < now() - make_interval(secs => $1) LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Double, _>(age.as_secs_f64())
    .bind::<BigInt, _>(count)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await
}
