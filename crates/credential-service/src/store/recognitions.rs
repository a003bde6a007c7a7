//! Table `recognitions`, with the titles and institutions that a row is shown with.

mod write;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{InstitutionId, MicroCredentialId};
use domain::page::{Page, PageRequest, Place, Sort, time_key};
use domain::recognition::{Recognition, RecognitionDraft};
use domain::vocabulary::{CreditType, RecognitionType, TranscriptMethod};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::error::{StoreError, known};
use super::in_order;
use super::institutions::SummaryRow;
use super::keyset::after as rows_after;
use super::measure::{Operation, measured, total};
use super::schema::{institutions, micro_credentials, recognitions};

pub(crate) use write::{insert, lock, replace, withdraw};

const TABLE: &str = "recognitions";
/// Keys that a list can be sorted by.
pub(crate) const SORTABLE: &[&str] = &["createdAt", "updatedAt", "effectiveDate", "creditValue"];
/// Order when nobody asks for one.
pub(crate) const DEFAULT_SORT: Sort = Sort {
    key: "createdAt",
    descending: true,
};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = recognitions, check_for_backend(diesel::pg::Pg))]
struct RecognitionRow {
    id: Uuid,
    micro_credential_id: Uuid,
    recognizing_institution_id: Uuid,
    recognition_type: String,
    credit_value: Decimal,
    credit_type: String,
    transcript_method: String,
    conditions: Option<String>,
    effective_date: NaiveDate,
    expiry_date: Option<NaiveDate>,
    approval_reference: Option<String>,
    notes: Option<String>,
    badge_url: Option<String>,
    certificate_template_id: Option<String>,
    is_active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    withdrawn_at: Option<DateTime<Utc>>,
}

/// A row with the title of its micro-credential, the institution that offers it, and the one that recognises it.
type Shown = (RecognitionRow, String, SummaryRow, SummaryRow);

diesel::alias! {
    const RECOGNIZING: Alias<Recognizing> = institutions as recognizing;
}

/// Rows as they are shown, in one statement.
macro_rules! shown {
    () => {
        recognitions::table
            .inner_join(micro_credentials::table.inner_join(institutions::table))
            .inner_join(
                RECOGNIZING.on(RECOGNIZING
                    .field(institutions::id)
                    .eq(recognitions::recognizing_institution_id)),
            )
            .select((
                RecognitionRow::as_select(),
                micro_credentials::title,
                SummaryRow::as_select(),
                RECOGNIZING.fields((institutions::id, institutions::name, institutions::code)),
            ))
    };
}

/// Filters of a list.
#[derive(Debug, Default)]
pub(crate) struct RecognitionFilter {
    /// Only of this micro-credential.
    pub(crate) micro_credential_id: Option<MicroCredentialId>,
    /// Only by this institution.
    pub(crate) recognizing_institution_id: Option<InstitutionId>,
    /// Only this type.
    pub(crate) recognition_type: Option<RecognitionType>,
    /// Only active, or only withdrawn.
    pub(crate) is_active: Option<bool>,
    /// Only those in force on this day, whether withdrawn since or not.
    pub(crate) on_date: Option<NaiveDate>,
}

/// Reads several rows at once.
pub(crate) async fn find_many(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> Result<Vec<Recognition>, StoreError> {
    let statement = shown!()
        .filter(recognitions::id.eq_any(ids))
        .load::<Shown>(conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads every row of these micro-credentials.
pub(crate) async fn of_credentials(
    conn: &mut AsyncPgConnection,
    credentials: &[Uuid],
) -> Result<Vec<Recognition>, StoreError> {
    let statement = shown!()
        .filter(recognitions::micro_credential_id.eq_any(credentials))
        .load::<Shown>(conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads the newest rows of one micro-credential.
pub(crate) async fn newest_of(
    conn: &AsyncPgConnection,
    credential: MicroCredentialId,
    limit: i64,
) -> Result<Vec<Recognition>, StoreError> {
    let statement = shown!()
        .filter(recognitions::micro_credential_id.eq(credential.uuid()))
        .order((recognitions::created_at.desc(), recognitions::id.desc()))
        .limit(limit)
        .load::<Shown>(&mut &*conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads the next rows by identifier, for a walk through the whole table.
pub(crate) async fn after(
    conn: &mut AsyncPgConnection,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Recognition>, StoreError> {
    let statement = shown!()
        .filter(recognitions::id.gt(after.unwrap_or_default()))
        .order(recognitions::id)
        .limit(limit)
        .load::<Shown>(conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads one page. Recognitions are public: they exist for published micro-credentials only.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    filter: &RecognitionFilter,
    page: &PageRequest,
) -> Result<Page<Recognition>, StoreError> {
    let count = async {
        let query = filtered(filter).select(diesel::dsl::count_star());
        query.first(conn).await
    };
    let total = total(page, TABLE, count).await?;
    let query = filtered(filter).select(recognitions::id);
    let query = rows_after!(query, "recognitions", page);
    let down = page.sort.descending;
    let query = match page.sort.key {
        "updatedAt" => ordered!(query, recognitions::updated_at, down),
        "effectiveDate" => ordered!(query, recognitions::effective_date, down),
        "creditValue" => ordered!(query, recognitions::credit_value, down),
        _created_at => ordered!(query, recognitions::created_at, down),
    };
    let ids = page_of_ids!(query, recognitions::id, TABLE, page, conn);
    let rows = find_many(conn, &ids).await?;
    let rows = in_order(rows, &ids, |row| row.id.uuid());
    Ok(Page::walked(rows, page, total, place))
}

fn filtered(filter: &RecognitionFilter) -> recognitions::BoxedQuery<'_, diesel::pg::Pg> {
    let mut query = recognitions::table.into_boxed();
    if let Some(id) = filter.micro_credential_id {
        query = query.filter(recognitions::micro_credential_id.eq(id.uuid()));
    }
    if let Some(id) = filter.recognizing_institution_id {
        query = query.filter(recognitions::recognizing_institution_id.eq(id.uuid()));
    }
    if let Some(kind) = filter.recognition_type {
        query = query.filter(recognitions::recognition_type.eq(kind.as_str()));
    }
    if let Some(active) = filter.is_active {
        query = query.filter(recognitions::is_active.eq(active));
    }
    if let Some(day) = filter.on_date {
        query = query
            .filter(recognitions::effective_date.le(day))
            .filter(
                recognitions::expiry_date
                    .is_null()
                    .or(recognitions::expiry_date.ge(day)),
            )
            .filter(
                recognitions::is_active
                    .eq(true)
                    .or(recognitions::withdrawn_at.ge(end_of(day))),
            );
    }
    query
}

/// The moment when a day is over.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day);
    next.and_time(NaiveTime::MIN).and_utc()
}

fn into_domain(rows: Vec<Shown>) -> Result<Vec<Recognition>, StoreError> {
    rows.into_iter()
        .map(|(row, title, offering, recognizing)| {
            Ok(Recognition {
                id: row.id.into(),
                micro_credential_title: title,
                offering_institution: offering.into(),
                recognizing_institution: recognizing.into(),
                is_active: row.is_active,
                created_at: row.created_at,
                updated_at: row.updated_at,
                version: row.version,
                withdrawn_at: row.withdrawn_at,
                fields: draft_of(row)?,
            })
        })
        .collect()
}

fn draft_of(row: RecognitionRow) -> Result<RecognitionDraft, StoreError> {
    Ok(RecognitionDraft {
        micro_credential_id: row.micro_credential_id.into(),
        recognizing_institution_id: row.recognizing_institution_id.into(),
        recognition_type: known(&row.recognition_type, RecognitionType::parse)?,
        credit_value: row.credit_value.normalize(),
        credit_type: known(&row.credit_type, CreditType::parse)?,
        transcript_method: known(&row.transcript_method, TranscriptMethod::parse)?,
        conditions: row.conditions,
        effective_date: row.effective_date,
        expiry_date: row.expiry_date,
        approval_reference: row.approval_reference,
        notes: row.notes,
        badge_url: row.badge_url,
        certificate_template_id: row.certificate_template_id,
    })
}

/// Where a row stands in its list.
fn place(row: &Recognition, sort: Sort) -> Place {
    let key = match sort.key {
        "updatedAt" => time_key(row.updated_at),
        "effectiveDate" => Some(row.fields.effective_date.to_string()),
        "creditValue" => Some(row.fields.credit_value.to_string()),
        _created_at => time_key(row.created_at),
    };
    Place {
        key,
        id: row.id.uuid(),
    }
}
