//! Table `audit_logs`: rows are only ever added.

use chrono::{DateTime, Utc};
use diesel::dsl::Eq;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::audit::AuditEntry;
use domain::id::{InstitutionId, UserId};
use domain::page::{Page, PageRequest, Place, Sort, time_key};
use domain::vocabulary::{AuditAction, EntityType};
use serde_json::Value;
use uuid::Uuid;

use super::error::{StoreError, known};
use super::keyset::after;
use super::measure::{Operation, measured, total};
use super::schema::audit_logs;

type AuditQuery = audit_logs::BoxedQuery<'static, Pg>;

const TABLE: &str = "audit_logs";
/// Rows of one statement.
const CHUNK: usize = 1_000;
/// Keys that a list can be sorted by.
pub(crate) const SORTABLE: &[&str] = &["createdAt"];
/// Order when nobody asks for one.
pub(crate) const DEFAULT_SORT: Sort = Sort {
    key: "createdAt",
    descending: true,
};

/// One row, to be written or as read.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_logs, check_for_backend(diesel::pg::Pg))]
pub(crate) struct AuditRow {
    pub(crate) id: Uuid,
    pub(crate) entity_type: String,
    pub(crate) entity_id: Uuid,
    pub(crate) action: String,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) user_email: Option<String>,
    pub(crate) institution_id: Option<Uuid>,
    pub(crate) counterpart_institution_id: Option<Uuid>,
    pub(crate) changes: Value,
    pub(crate) ip_address: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
}

impl TryFrom<AuditRow> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            entity_type: known(&row.entity_type, EntityType::parse)?,
            entity_id: row.entity_id,
            action: known(&row.action, AuditAction::parse)?,
            user_id: row.user_id.map(Into::into),
            user_email: row.user_email,
            institution_id: row.institution_id.map(Into::into),
            counterpart_institution_id: row.counterpart_institution_id.map(Into::into),
            changes: row.changes,
            ip_address: row.ip_address.and_then(|address| address.parse().ok()),
            user_agent: row.user_agent,
            request_id: row.request_id,
            created_at: row.created_at,
        })
    }
}

/// Filters of a list.
#[derive(Debug, Default)]
pub(crate) struct AuditFilter {
    /// Only this kind of object.
    pub(crate) entity_type: Option<EntityType>,
    /// Only this object.
    pub(crate) entity_id: Option<Uuid>,
    /// Only by this person.
    pub(crate) user_id: Option<UserId>,
    /// Only this action.
    pub(crate) action: Option<AuditAction>,
    /// Not before.
    pub(crate) start_date: Option<DateTime<Utc>>,
    /// Before.
    pub(crate) end_date: Option<DateTime<Utc>>,
}

/// Adds rows, hundreds at a time.
pub(crate) async fn insert_many(
    conn: &mut AsyncPgConnection,
    rows: &[AuditRow],
) -> Result<(), StoreError> {
    for chunk in rows.chunks(CHUNK) {
        let statement = diesel::insert_into(audit_logs::table)
            .values(chunk)
            .execute(conn);
        measured(Operation::Insert, TABLE, statement).await?;
    }
    Ok(())
}

/// Reads one page; of what concerns one institution, at either end, unless `institution` is `None`.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    institution: Option<InstitutionId>,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<Page<AuditEntry>, StoreError> {
    let count = async {
        let query = match institution {
            None => filtered(filter),
            Some(id) => filtered(filter).filter(is_own(id).or(is_of_other_end(id))),
        };
        query.count().get_result(conn).await
    };
    let total = total(page, TABLE, count).await?;
    let down = page.sort.descending;
    let query = match institution {
        None => after!(filtered(filter), "audit_logs", page),
        Some(id) => {
            // Each end has an index of its own; one condition on both would walk past the entries of everybody else.
            let own = foremost(filtered(filter).filter(is_own(id)), page);
            let others = foremost(filtered(filter).filter(is_of_other_end(id)), page);
            audit_logs::table
                .into_boxed()
                .filter(audit_logs::id.eq_any(own.union_all(others)))
        }
    };
    let query = ordered!(query, audit_logs::created_at, down);
    let statement = ordered_next!(query, audit_logs::id, down)
        .offset(page.offset())
        .limit(page.rows())
        .select(AuditRow::as_select())
        .load(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    let items = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::walked(items, page, total, place))
}

/// Entries about an institution's own.
fn is_own(id: InstitutionId) -> Eq<audit_logs::institution_id, Uuid> {
    audit_logs::institution_id.eq(id.uuid())
}

/// Entries that an institution reads as the other end.
fn is_of_other_end(id: InstitutionId) -> Eq<audit_logs::counterpart_institution_id, Uuid> {
    audit_logs::counterpart_institution_id.eq(id.uuid())
}

/// The identifiers of as many entries from the beginning as a page can need.
fn foremost(
    query: AuditQuery,
    page: &PageRequest,
) -> audit_logs::BoxedQuery<'static, Pg, diesel::sql_types::Uuid> {
    let down = page.sort.descending;
    let query = after!(query, "audit_logs", page);
    let query = ordered!(query, audit_logs::created_at, down);
    ordered_next!(query, audit_logs::id, down)
        .limit(page.offset().saturating_add(page.rows()))
        .select(audit_logs::id)
}

fn filtered(filter: &AuditFilter) -> AuditQuery {
    let mut query = audit_logs::table.into_boxed();
    if let Some(kind) = filter.entity_type {
        query = query.filter(audit_logs::entity_type.eq(kind.as_str()));
    }
    if let Some(id) = filter.entity_id {
        query = query.filter(audit_logs::entity_id.eq(id));
    }
    if let Some(id) = filter.user_id {
        query = query.filter(audit_logs::user_id.eq(id.uuid()));
    }
    if let Some(action) = filter.action {
        query = query.filter(audit_logs::action.eq(action.as_str()));
    }
    if let Some(start) = filter.start_date {
        query = query.filter(audit_logs::created_at.ge(start));
    }
    if let Some(end) = filter.end_date {
        query = query.filter(audit_logs::created_at.lt(end));
    }
    query
}

/// Where a row stands in its list.
fn place(row: &AuditEntry, _sort: Sort) -> Place {
    Place {
        key: time_key(row.created_at),
        id: row.id.uuid(),
    }
}
