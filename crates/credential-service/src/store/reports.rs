//! Table `reports`: what was asked for and what came of it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{InstitutionId, ReportId, UserId};
use domain::page::{Page, PageRequest, Sort};
use domain::report::{Period, Report, ReportFile};
use domain::vocabulary::{ReportKind, ReportStatus};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::reports;

const TABLE: &str = "reports";
/// Keys that a list can be sorted by.
pub(crate) const SORTABLE: &[&str] = &["createdAt"];
/// Order when nobody asks for one.
pub(crate) const DEFAULT_SORT: Sort = Sort {
    key: "createdAt",
    descending: true,
};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = reports, check_for_backend(diesel::pg::Pg))]
struct ReportRow {
    id: Uuid,
    institution_id: Option<Uuid>,
    kind: String,
    status: String,
    period_start: Option<NaiveDate>,
    period_end: Option<NaiveDate>,
    requested_by: Option<Uuid>,
    row_count: Option<i64>,
    byte_count: Option<i64>,
    sha256: Option<Vec<u8>>,
    error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl ReportRow {
    fn into_domain(self) -> Result<Report, StoreError> {
        let file = match (self.row_count, self.byte_count, self.sha256) {
            (Some(rows), Some(bytes), Some(hash)) => Some(ReportFile {
                rows: u64::try_from(rows).unwrap_or(0),
                bytes: u64::try_from(bytes).unwrap_or(0),
                sha256: hex::encode(hash),
            }),
            _unfinished => None,
        };
        let period = self.period_start.zip(self.period_end);
        Ok(Report {
            id: self.id.into(),
            institution_id: self.institution_id.map(Into::into),
            kind: ReportKind::parse(&self.kind).ok_or(StoreError::Corrupt(self.kind))?,
            status: ReportStatus::parse(&self.status).ok_or(StoreError::Corrupt(self.status))?,
            period: period.map(|(start, end)| Period { start, end }),
            requested_by: self.requested_by.map(Into::into),
            file,
            error: self.error,
            created_at: self.created_at,
            finished_at: self.finished_at,
        })
    }
}

/// A report to be made.
#[derive(Debug)]
pub(crate) struct NewReport {
    pub(crate) id: ReportId,
    pub(crate) institution_id: Option<InstitutionId>,
    pub(crate) kind: ReportKind,
    pub(crate) period: Option<Period>,
    pub(crate) requested_by: UserId,
    pub(crate) now: DateTime<Utc>,
}

/// Filters of a list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReportFilter {
    /// Only on this institution.
    pub(crate) institution_id: Option<InstitutionId>,
    /// Only this kind.
    pub(crate) kind: Option<ReportKind>,
    /// Only this status.
    pub(crate) status: Option<ReportStatus>,
}

/// Writes a report that somebody has asked for.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    new: &NewReport,
) -> Result<Report, StoreError> {
    let statement = diesel::insert_into(reports::table)
        .values((
            reports::id.eq(new.id.uuid()),
            reports::institution_id.eq(new.institution_id.map(InstitutionId::uuid)),
            reports::kind.eq(new.kind.as_str()),
            reports::period_start.eq(new.period.map(|period| period.start)),
            reports::period_end.eq(new.period.map(|period| period.end)),
            reports::requested_by.eq(new.requested_by.uuid()),
            reports::created_at.eq(new.now),
        ))
        .returning(ReportRow::as_select())
        .get_result(conn);
    let row: ReportRow = measured(Operation::Insert, TABLE, statement).await?;
    row.into_domain()
}

#[derive(Debug, QueryableByName)]
struct Id {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: Uuid,
}

/// Writes the reports on decisions of a period that nobody has asked for, for active institutions that were there then and
/// have none; at most `limit`, and again until there are no more.
pub(crate) async fn insert_scheduled(
    conn: &mut AsyncPgConnection,
    period: Period,
    limit: i64,
) -> Result<Vec<Report>, StoreError> {
    let statement = diesel::sql_query(
        "INSERT INTO reports (id, institution_id, kind, period_start, period_end) \
         SELECT gen_random_uuid(), owner.id, 'DECISIONS', $1, $2 FROM institutions AS owner \
         WHERE owner.is_active AND owner.created_at < (($2 + 1)::timestamp AT TIME ZONE 'UTC') \
           AND NOT EXISTS (SELECT 1 FROM reports AS made WHERE made.institution_id = owner.id AND made.kind = 'DECISIONS' \
               AND made.period_start = $1 AND made.period_end = $2 AND made.requested_by IS NULL) \
         ORDER BY owner.id LIMIT $3 ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind::<Date, _>(period.start)
    .bind::<Date, _>(period.end)
    .bind::<BigInt, _>(limit)
    .load::<Id>(conn);
    let made = measured(Operation::Insert, TABLE, statement).await?;
    let ids: Vec<Uuid> = made.into_iter().map(|row| row.id).collect();
    let statement = reports::table
        .filter(reports::id.eq_any(ids))
        .select(ReportRow::as_select())
        .load::<ReportRow>(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    rows.into_iter().map(ReportRow::into_domain).collect()
}

/// Reads a report.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    id: ReportId,
) -> Result<Option<Report>, StoreError> {
    let statement = reports::table
        .find(id.uuid())
        .select(ReportRow::as_select())
        .first::<ReportRow>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(ReportRow::into_domain).transpose()
}

/// Counts the reports on an institution, or on all of them together, that wait or are being made.
pub(crate) async fn count_pending(
    conn: &mut AsyncPgConnection,
    institution: Option<InstitutionId>,
) -> Result<i64, StoreError> {
    let statement = reports::table
        .filter(reports::institution_id.is_not_distinct_from(institution.map(InstitutionId::uuid)))
        .filter(reports::status.eq(ReportStatus::Pending.as_str()))
        .count()
        .get_result(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Reads one page.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    filter: ReportFilter,
    page: &PageRequest,
) -> Result<Page<Report>, StoreError> {
    let filtered = || {
        let mut query = reports::table.into_boxed();
        if let Some(id) = filter.institution_id {
            query = query.filter(reports::institution_id.eq(id.uuid()));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(reports::kind.eq(kind.as_str()));
        }
        if let Some(status) = filter.status {
            query = query.filter(reports::status.eq(status.as_str()));
        }
        query
    };
    let statement = filtered().count().get_result::<i64>(conn);
    let total = measured(Operation::Select, TABLE, statement).await?;
    let down = page.sort.descending;
    let query = ordered!(filtered(), reports::created_at, down);
    let statement = ordered_next!(query, reports::id, down)
        .offset(page.offset())
        .limit(i64::from(page.limit))
        .select(ReportRow::as_select())
        .load::<ReportRow>(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    let items = rows
        .into_iter()
        .map(ReportRow::into_domain)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::new(items, page, u64::try_from(total).unwrap_or(0)))
}

/// What was made: micro-credentials or decisions, bytes, and their SHA-256.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    pub(crate) rows: i64,
    pub(crate) bytes: i64,
    pub(crate) sha256: [u8; 32],
}

/// Notes that a report can be read; false when it has been removed meanwhile.
pub(crate) async fn ready(
    conn: &mut AsyncPgConnection,
    id: ReportId,
    made: Made,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let statement = diesel::update(reports::table.find(id.uuid()))
        .set((
            reports::status.eq(ReportStatus::Ready.as_str()),
            reports::row_count.eq(made.rows),
            reports::byte_count.eq(made.bytes),
            reports::sha256.eq(made.sha256.to_vec()),
            reports::error.eq(None::<String>),
            reports::finished_at.eq(now),
        ))
        .execute(conn);
    Ok(measured(Operation::Update, TABLE, statement).await? > 0)
}

/// Notes that a report was given up, unless it can be read.
pub(crate) async fn failed(
    conn: &mut AsyncPgConnection,
    id: ReportId,
    error: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(
        reports::table
            .find(id.uuid())
            .filter(reports::status.ne(ReportStatus::Ready.as_str())),
    )
    .set((
        reports::status.eq(ReportStatus::Failed.as_str()),
        reports::error.eq(error),
        reports::finished_at.eq(now),
    ))
    .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Reads reports that were asked for before a moment, the oldest first, at most `limit`.
pub(crate) async fn expired(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Report>, StoreError> {
    let statement = reports::table
        .filter(reports::created_at.lt(before))
        .order((reports::created_at, reports::id))
        .limit(limit)
        .select(ReportRow::as_select())
        .load::<ReportRow>(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    rows.into_iter().map(ReportRow::into_domain).collect()
}

/// Removes reports; one that was not finished when it was read and is now stays.
pub(crate) async fn delete(
    conn: &mut AsyncPgConnection,
    read: &[Report],
) -> Result<usize, StoreError> {
    let (pending, finished): (Vec<&Report>, Vec<&Report>) = read
        .iter()
        .partition(|report| report.status == ReportStatus::Pending);
    let ids =
        |of: Vec<&Report>| -> Vec<Uuid> { of.iter().map(|report| report.id.uuid()).collect() };
    let still_pending = reports::id
        .eq_any(ids(pending))
        .and(reports::status.eq(ReportStatus::Pending.as_str()));
    let gone = reports::id.eq_any(ids(finished)).or(still_pending);
    let statement = diesel::delete(reports::table.filter(gone)).execute(conn);
    measured(Operation::Delete, TABLE, statement).await
}
