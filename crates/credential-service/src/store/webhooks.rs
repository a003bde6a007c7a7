//! Table `webhooks`: who wants to hear of changes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{InstitutionId, WebhookId};
use domain::page::{Page, PageRequest, Sort};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::webhooks;

const TABLE: &str = "webhooks";
/// Keys that a list can be sorted by.
pub(crate) const SORTABLE: &[&str] = &["createdAt"];
/// Order when nobody asks for one.
pub(crate) const DEFAULT_SORT: Sort = Sort {
    key: "createdAt",
    descending: true,
};

/// One webhook without its secrets.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = webhooks, check_for_backend(diesel::pg::Pg))]
pub(crate) struct WebhookRow {
    pub(crate) id: Uuid,
    pub(crate) institution_id: Option<Uuid>,
    pub(crate) created_by: Uuid,
    pub(crate) url: String,
    pub(crate) event_types: Vec<String>,
    pub(crate) is_active: bool,
    pub(crate) disabled_reason: Option<String>,
    pub(crate) consecutive_failures: i32,
    pub(crate) failing_since: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// The secrets of a webhook: the current one, and the one before while it is still in use.
#[derive(Queryable)]
pub(crate) struct Secrets {
    pub(crate) current: Vec<u8>,
    pub(crate) previous: Option<Vec<u8>>,
    pub(crate) previous_until: Option<DateTime<Utc>>,
}

/// A webhook to be written.
pub(crate) struct NewWebhook<'new> {
    pub(crate) id: WebhookId,
    pub(crate) institution_id: Option<InstitutionId>,
    pub(crate) created_by: Uuid,
    pub(crate) url: &'new str,
    pub(crate) event_types: &'new [String],
    pub(crate) secret: &'new [u8],
    pub(crate) now: DateTime<Utc>,
}

/// Writes a webhook.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    new: &NewWebhook<'_>,
) -> Result<WebhookRow, StoreError> {
    let statement = diesel::insert_into(webhooks::table)
        .values((
            webhooks::id.eq(new.id.uuid()),
            webhooks::institution_id.eq(new.institution_id.map(InstitutionId::uuid)),
            webhooks::created_by.eq(new.created_by),
            webhooks::url.eq(new.url),
            webhooks::event_types.eq(new.event_types),
            webhooks::secret.eq(new.secret),
            webhooks::created_at.eq(new.now),
            webhooks::updated_at.eq(new.now),
        ))
        .returning(WebhookRow::as_select())
        .get_result(conn);
    measured(Operation::Insert, TABLE, statement).await
}

/// Reads a webhook.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    id: WebhookId,
) -> Result<Option<WebhookRow>, StoreError> {
    let statement = webhooks::table
        .find(id.uuid())
        .select(WebhookRow::as_select())
        .first(conn);
    measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await
}

/// Reads a webhook and keeps others from changing it until the transaction ends.
pub(crate) async fn lock(
    conn: &mut AsyncPgConnection,
    id: WebhookId,
) -> Result<Option<WebhookRow>, StoreError> {
    let statement = webhooks::table
        .find(id.uuid())
        .for_update()
        .select(WebhookRow::as_select())
        .first(conn);
    measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await
}

/// Counts the webhooks of an institution, or of none.
pub(crate) async fn count(
    conn: &mut AsyncPgConnection,
    institution: Option<InstitutionId>,
) -> Result<i64, StoreError> {
    let statement = webhooks::table
        .filter(webhooks::institution_id.is_not_distinct_from(institution.map(InstitutionId::uuid)))
        .count()
        .get_result(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Reads one page; of one institution unless `institution` is `None`.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    institution: Option<InstitutionId>,
    page: &PageRequest,
) -> Result<Page<WebhookRow>, StoreError> {
    let filtered = || {
        let mut query = webhooks::table.into_boxed();
        if let Some(id) = institution {
            query = query.filter(webhooks::institution_id.eq(id.uuid()));
        }
        query
    };
    let statement = filtered().count().get_result::<i64>(conn);
    let total = measured(Operation::Select, TABLE, statement).await?;
    let down = page.sort.descending;
    let query = ordered!(filtered(), webhooks::created_at, down);
    let statement = ordered_next!(query, webhooks::id, down)
        .offset(page.offset())
        .limit(i64::from(page.limit))
        .select(WebhookRow::as_select())
        .load(conn);
    let items = measured(Operation::Select, TABLE, statement).await?;
    Ok(Page::new(items, page, u64::try_from(total).unwrap_or(0)))
}

/// Reads every webhook that is active.
pub(crate) async fn active(conn: &mut AsyncPgConnection) -> Result<Vec<WebhookRow>, StoreError> {
    let statement = webhooks::table
        .filter(webhooks::is_active)
        .order(webhooks::id)
        .select(WebhookRow::as_select())
        .load(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Reads the secrets of a webhook.
pub(crate) async fn secrets(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Secrets, StoreError> {
    let statement = webhooks::table
        .find(id)
        .select((
            webhooks::secret,
            webhooks::previous_secret,
            webhooks::previous_secret_until,
        ))
        .first(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Gives a webhook a new secret; the old one signs beside it until a moment.
pub(crate) async fn rotate(
    conn: &mut AsyncPgConnection,
    id: WebhookId,
    secret: &[u8],
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(webhooks::table.find(id.uuid()))
        .set((
            webhooks::previous_secret.eq(webhooks::secret.nullable()),
            webhooks::previous_secret_until.eq(until),
            webhooks::secret.eq(secret),
            webhooks::updated_at.eq(now),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Removes a webhook and its deliveries.
pub(crate) async fn delete(conn: &mut AsyncPgConnection, id: WebhookId) -> Result<(), StoreError> {
    let statement = diesel::delete(webhooks::table.find(id.uuid())).execute(conn);
    measured(Operation::Delete, TABLE, statement).await?;
    Ok(())
}

/// Forgets the failures of a webhook that works again.
pub(crate) async fn succeeded(conn: &mut AsyncPgConnection, id: Uuid) -> Result<(), StoreError> {
    let statement = diesel::update(
        webhooks::table
            .find(id)
            .filter(webhooks::consecutive_failures.gt(0)),
    )
    .set((
        webhooks::consecutive_failures.eq(0),
        webhooks::failing_since.eq(None::<DateTime<Utc>>),
    ))
    .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Counts one more failure.
pub(crate) async fn failed(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(webhooks::table.find(id))
        .set((
            webhooks::consecutive_failures.eq(webhooks::consecutive_failures + 1),
            webhooks::failing_since.eq(since),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Disables a webhook; false when it was so before.
pub(crate) async fn disable(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let statement = diesel::update(webhooks::table.find(id).filter(webhooks::is_active))
        .set((
            webhooks::is_active.eq(false),
            webhooks::disabled_reason.eq(reason),
            webhooks::updated_at.eq(now),
        ))
        .execute(conn);
    Ok(measured(Operation::Update, TABLE, statement).await? > 0)
}
