//! Table `institutions`.

mod stats;
mod write;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::InstitutionId;
use domain::institution::{Institution, InstitutionDraft, InstitutionSummary};
use domain::page::{Page, PageRequest, Place, Sort, time_key};
use domain::vocabulary::InstitutionType;
use uuid::Uuid;

use super::error::{StoreError, known};
use super::keyset::after as rows_after;
use super::measure::{Operation, measured, total};
use super::schema::institutions;

pub(crate) use stats::stats;
pub(crate) use write::{insert, lock, lock_imports, replace, share, share_many};

const TABLE: &str = "institutions";
/// Keys that a list can be sorted by.
pub(crate) const SORTABLE: &[&str] = &["name", "code", "createdAt", "updatedAt"];
/// Order when nobody asks for one.
pub(crate) const DEFAULT_SORT: Sort = Sort {
    key: "name",
    descending: false,
};

/// One row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = institutions, check_for_backend(diesel::pg::Pg))]
pub(crate) struct InstitutionRow {
    id: Uuid,
    name: String,
    institution_type: String,
    code: String,
    address: Option<String>,
    city: Option<String>,
    province: Option<String>,
    postal_code: Option<String>,
    country: String,
    website: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    is_active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl TryFrom<InstitutionRow> for Institution {
    type Error = StoreError;

    fn try_from(row: InstitutionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            fields: InstitutionDraft {
                name: row.name,
                institution_type: known(&row.institution_type, InstitutionType::parse)?,
                code: row.code,
                address: row.address,
                city: row.city,
                province: row.province,
                postal_code: row.postal_code,
                country: row.country,
                website: row.website,
                contact_email: row.contact_email,
                contact_phone: row.contact_phone,
            },
            is_active: row.is_active,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}

/// What other objects show of an institution.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = institutions, check_for_backend(diesel::pg::Pg))]
pub(crate) struct SummaryRow {
    id: Uuid,
    name: String,
    code: String,
}

impl From<SummaryRow> for InstitutionSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            code: row.code,
        }
    }
}

/// Filters of a list.
#[derive(Debug, Default)]
pub(crate) struct InstitutionFilter {
    /// Only this kind.
    pub(crate) institution_type: Option<InstitutionType>,
    /// Patterns that name, code or city must match.
    pub(crate) patterns: Vec<String>,
    /// Only active, or only withdrawn.
    pub(crate) is_active: Option<bool>,
}

/// Reads one row.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    id: InstitutionId,
) -> Result<Option<Institution>, StoreError> {
    let statement = institutions::table
        .find(id.uuid())
        .select(InstitutionRow::as_select())
        .first(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Reads several rows at once.
pub(crate) async fn find_many(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> Result<Vec<Institution>, StoreError> {
    let statement = institutions::table
        .filter(institutions::id.eq_any(ids))
        .select(InstitutionRow::as_select())
        .load(conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads the rows with these codes.
pub(crate) async fn find_by_codes(
    conn: &mut AsyncPgConnection,
    codes: &[String],
) -> Result<Vec<Institution>, StoreError> {
    let statement = institutions::table
        .filter(institutions::code.eq_any(codes))
        .select(InstitutionRow::as_select())
        .load(conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads the summaries of several rows, by identifier.
pub(crate) async fn summaries(
    conn: &AsyncPgConnection,
    ids: &HashSet<Uuid>,
) -> Result<HashMap<Uuid, InstitutionSummary>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let statement = institutions::table
        .filter(institutions::id.eq_any(&ids))
        .select(SummaryRow::as_select())
        .load(&mut &*conn);
    let rows: Vec<SummaryRow> = measured(Operation::Select, TABLE, statement).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}

/// Takes one summary out of a bulk; a foreign key promises that it is there.
pub(crate) fn summary_of(
    summaries: &HashMap<Uuid, InstitutionSummary>,
    id: Uuid,
) -> Result<InstitutionSummary, StoreError> {
    summaries
        .get(&id)
        .cloned()
        .ok_or_else(|| StoreError::Corrupt(format!("institution {id}")))
}

/// Reads the next rows by identifier, for a walk through the whole table.
pub(crate) async fn after(
    conn: &mut AsyncPgConnection,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Institution>, StoreError> {
    let statement = institutions::table
        .filter(institutions::id.gt(after.unwrap_or_default()))
        .order(institutions::id)
        .limit(limit)
        .select(InstitutionRow::as_select())
        .load(conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads one page.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    filter: &InstitutionFilter,
    page: &PageRequest,
) -> Result<Page<Institution>, StoreError> {
    let count = async { filtered(filter).count().get_result(conn).await };
    let total = total(page, TABLE, count).await?;
    let query = filtered(filter).select(InstitutionRow::as_select());
    let query = rows_after!(query, "institutions", page);
    let down = page.sort.descending;
    let query = match page.sort.key {
        "code" => ordered!(query, institutions::code, down),
        "createdAt" => ordered!(query, institutions::created_at, down),
        "updatedAt" => ordered!(query, institutions::updated_at, down),
        _name => ordered!(query, institutions::name, down),
    };
    let statement = ordered_next!(query, institutions::id, down)
        .offset(page.offset())
        .limit(page.rows())
        .load(conn);
    let rows = into_domain(measured(Operation::Select, TABLE, statement).await?)?;
    Ok(Page::walked(rows, page, total, place))
}

fn filtered(filter: &InstitutionFilter) -> institutions::BoxedQuery<'_, diesel::pg::Pg> {
    let mut query = institutions::table.into_boxed();
    if let Some(kind) = filter.institution_type {
        query = query.filter(institutions::institution_type.eq(kind.as_str()));
    }
    if let Some(active) = filter.is_active {
        query = query.filter(institutions::is_active.eq(active));
    }
    for pattern in &filter.patterns {
        query = query.filter(institutions::search_text.like(pattern));
    }
    query
}

fn into_domain(rows: Vec<InstitutionRow>) -> Result<Vec<Institution>, StoreError> {
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Where a row stands in its list.
fn place(row: &Institution, sort: Sort) -> Place {
    let key = match sort.key {
        "code" => Some(row.fields.code.clone()),
        "createdAt" => time_key(row.created_at),
        "updatedAt" => time_key(row.updated_at),
        _name => Some(row.fields.name.clone()),
    };
    Place {
        key,
        id: row.id.uuid(),
    }
}
