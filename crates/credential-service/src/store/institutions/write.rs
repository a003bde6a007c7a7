//! Writing institutions, and holding one while something is written that refers to it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::InstitutionId;
use domain::institution::{Institution, InstitutionDraft};
use uuid::Uuid;

use super::super::error::StoreError;
use super::super::measure::{Operation, measured};
use super::super::schema::institutions;
use super::{InstitutionRow, TABLE};

#[derive(Debug, Insertable)]
#[diesel(table_name = institutions)]
struct NewInstitution<'draft> {
    id: Uuid,
    #[diesel(embed)]
    fields: Fields<'draft>,
}

/// The descriptive fields; an absent one is written as NULL.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = institutions, treat_none_as_null = true)]
struct Fields<'draft> {
    name: &'draft str,
    institution_type: &'draft str,
    code: &'draft str,
    address: Option<&'draft str>,
    city: Option<&'draft str>,
    province: Option<&'draft str>,
    postal_code: Option<&'draft str>,
    country: &'draft str,
    website: Option<&'draft str>,
    contact_email: Option<&'draft str>,
    contact_phone: Option<&'draft str>,
}

impl<'draft> From<&'draft InstitutionDraft> for Fields<'draft> {
    fn from(draft: &'draft InstitutionDraft) -> Self {
        Self {
            name: &draft.name,
            institution_type: draft.institution_type.as_str(),
            code: &draft.code,
            address: draft.address.as_deref(),
            city: draft.city.as_deref(),
            province: draft.province.as_deref(),
            postal_code: draft.postal_code.as_deref(),
            country: &draft.country,
            website: draft.website.as_deref(),
            contact_email: draft.contact_email.as_deref(),
            contact_phone: draft.contact_phone.as_deref(),
        }
    }
}

/// Writes a new row.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    id: InstitutionId,
    draft: &InstitutionDraft,
) -> Result<Institution, StoreError> {
    let row = NewInstitution {
        id: id.uuid(),
        fields: draft.into(),
    };
    let statement = diesel::insert_into(institutions::table)
        .values(row)
        .returning(InstitutionRow::as_returning())
        .get_result(conn);
    measured(Operation::Insert, TABLE, statement)
        .await?
        .try_into()
}

/// Replaces all fields of a row that the caller has locked.
pub(crate) async fn replace(
    conn: &mut AsyncPgConnection,
    id: InstitutionId,
    draft: &InstitutionDraft,
    is_active: bool,
    now: DateTime<Utc>,
) -> Result<Institution, StoreError> {
    let statement = diesel::update(institutions::table.find(id.uuid()))
        .set((
            Fields::from(draft),
            institutions::is_active.eq(is_active),
            institutions::updated_at.eq(now),
            institutions::version.eq(institutions::version + 1),
        ))
        .returning(InstitutionRow::as_returning())
        .get_result(conn);
    measured(Operation::Update, TABLE, statement)
        .await?
        .try_into()
}

/// Locks one row until the end of the transaction.
pub(crate) async fn lock(
    conn: &mut AsyncPgConnection,
    id: InstitutionId,
) -> Result<Option<Institution>, StoreError> {
    let statement = institutions::table
        .find(id.uuid())
        .select(InstitutionRow::as_select())
        .for_update()
        .first(conn);
    found(
        measured(Operation::Select, TABLE, async {
            statement.await.optional()
        })
        .await?,
    )
}

/// Reads one row and keeps it from being withdrawn until the end of the transaction.
pub(crate) async fn share(
    conn: &mut AsyncPgConnection,
    id: InstitutionId,
) -> Result<Option<Institution>, StoreError> {
    let statement = institutions::table
        .find(id.uuid())
        .select(InstitutionRow::as_select())
        .for_share()
        .first(conn);
    found(
        measured(Operation::Select, TABLE, async {
            statement.await.optional()
        })
        .await?,
    )
}

/// Holds several rows against changes until the end of the transaction, and reads them.
pub(crate) async fn share_many(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> Result<Vec<Institution>, StoreError> {
    let statement = institutions::table
        .filter(institutions::id.eq_any(ids))
        .order(institutions::id)
        .select(InstitutionRow::as_select())
        .for_share()
        .load(conn);
    let rows: Vec<InstitutionRow> = measured(Operation::Select, TABLE, statement).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

#[derive(QueryableByName)]
struct LockedRow {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Keeps other imports for the institutions with these codes out until the end of the transaction: two at once would each
/// find the other's rows missing. Says whether nobody else was there first; one that waits always gets its turn.
///
/// The keys are hashes of 64 bits with a beginning of their own, apart from the small numbers that other locks have.
pub(crate) async fn lock_imports(
    conn: &mut AsyncPgConnection,
    codes: &[&str],
    waits: bool,
) -> Result<bool, StoreError> {
    let take = if waits {
        "pg_advisory_xact_lock(key) IS NOT NULL"
    } else {
        "pg_try_advisory_xact_lock(key)"
    };
    let sql = format!(
        "SELECT coalesce(bool_and({take}), true) AS locked FROM \
         (SELECT hashtextextended('bccb import ' || code, 0) AS key FROM unnest($1) AS code ORDER BY code) AS keys"
    );
    let statement = diesel::sql_query(sql)
        .bind::<Array<Text>, _>(codes)
        .get_result::<LockedRow>(conn);
    Ok(measured(Operation::Select, TABLE, statement).await?.locked)
}

fn found(row: Option<InstitutionRow>) -> Result<Option<Institution>, StoreError> {
    row.map(TryInto::try_into).transpose()
}
