//! Table `micro_credentials`, with the institution of each row.

mod list;
mod replace;
mod write;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{InstitutionId, MicroCredentialId};
use domain::institution::InstitutionSummary;
use domain::micro_credential::{
    LearningOutcome, MicroCredential, MicroCredentialDraft, Prerequisite,
};
use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use domain::workflow::CredentialStatus;
use rust_decimal::Decimal;
use uuid::Uuid;

pub(crate) use list::{CredentialFilter, DEFAULT_SORT, SORTABLE, Visibility, count, list, walk};
pub(crate) use replace::{Replacement, replace_many};
pub(crate) use write::{NewCredential, insert_many, replace, set_status, touch};

use super::error::{StoreError, known, known_or_null};
use super::institutions::SummaryRow;
use super::measure::{Operation, measured};
use super::schema::{institutions, micro_credentials};
use super::{learning_outcomes, prerequisites};

pub(super) const TABLE: &str = "micro_credentials";

/// One row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = micro_credentials, check_for_backend(diesel::pg::Pg))]
pub(crate) struct CredentialRow {
    id: Uuid,
    title: String,
    short_title: Option<String>,
    description: Option<String>,
    program_code: String,
    credential_type: String,
    delivery_mode: Option<String>,
    duration: Option<Decimal>,
    credits: Option<Decimal>,
    assessment_method: Option<String>,
    cost: Option<Decimal>,
    language: String,
    level: Option<String>,
    campus: Option<String>,
    department: Option<String>,
    faculty: Option<String>,
    effective_date: Option<NaiveDate>,
    expiry_date: Option<NaiveDate>,
    last_review_date: Option<NaiveDate>,
    next_review_date: Option<NaiveDate>,
    program_url: Option<String>,
    application_url: Option<String>,
    additional_info: Option<String>,
    status: String,
    is_active: bool,
    published_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

pub(super) fn into_domain(
    row: CredentialRow,
    institution: InstitutionSummary,
) -> Result<MicroCredential, StoreError> {
    let delivery_mode = known_or_null(row.delivery_mode.as_deref(), DeliveryMode::parse)?;
    let level = known_or_null(row.level.as_deref(), EducationLevel::parse)?;
    Ok(MicroCredential {
        id: row.id.into(),
        institution,
        fields: MicroCredentialDraft {
            title: row.title,
            short_title: row.short_title,
            description: row.description,
            program_code: row.program_code,
            credential_type: known(&row.credential_type, CredentialType::parse)?,
            delivery_mode,
            duration: row.duration.map(|value| value.normalize()),
            credits: row.credits.map(|value| value.normalize()),
            assessment_method: row.assessment_method,
            cost: row.cost.map(|value| value.normalize()),
            language: row.language,
            level,
            campus: row.campus,
            department: row.department,
            faculty: row.faculty,
            effective_date: row.effective_date,
            expiry_date: row.expiry_date,
            last_review_date: row.last_review_date,
            next_review_date: row.next_review_date,
            program_url: row.program_url,
            application_url: row.application_url,
            additional_info: row.additional_info,
            outcomes: Vec::new(),
            prerequisites: Vec::new(),
        },
        status: known(&row.status, CredentialStatus::parse)?,
        is_active: row.is_active,
        published_at: row.published_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
        outcomes: Vec::new(),
        prerequisites: Vec::new(),
    })
}

/// Reads one row without what belongs to it.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    id: MicroCredentialId,
) -> Result<Option<MicroCredential>, StoreError> {
    let statement = micro_credentials::table
        .inner_join(institutions::table)
        .filter(micro_credentials::id.eq(id.uuid()))
        .select((CredentialRow::as_select(), SummaryRow::as_select()))
        .first(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(|(row, institution): (CredentialRow, SummaryRow)| into_domain(row, institution.into()))
        .transpose()
}

/// Locks one row until the end of the transaction, then reads it with outcomes and prerequisites.
pub(crate) async fn lock(
    conn: &mut AsyncPgConnection,
    id: MicroCredentialId,
) -> Result<Option<MicroCredential>, StoreError> {
    let statement = micro_credentials::table
        .find(id.uuid())
        .select(micro_credentials::id)
        .for_update()
        .first::<Uuid>(conn);
    let locked = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    if locked.is_none() {
        return Ok(None);
    }
    Ok(find_many(conn, &[id.uuid()]).await?.pop())
}

/// Holds one row against changes until the end of the transaction, and reads it.
pub(crate) async fn share(
    conn: &mut AsyncPgConnection,
    id: MicroCredentialId,
) -> Result<Option<MicroCredential>, StoreError> {
    let statement = micro_credentials::table
        .find(id.uuid())
        .select(micro_credentials::id)
        .for_share()
        .first::<Uuid>(conn);
    let held = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    if held.is_none() {
        return Ok(None);
    }
    find(conn, id).await
}

/// Reads several rows with outcomes and prerequisites, in three statements that are sent together.
pub(crate) async fn find_many(
    conn: &AsyncPgConnection,
    ids: &[Uuid],
) -> Result<Vec<MicroCredential>, StoreError> {
    let mut own = conn;
    let statement = micro_credentials::table
        .inner_join(institutions::table)
        .filter(micro_credentials::id.eq_any(ids))
        .select((CredentialRow::as_select(), SummaryRow::as_select()))
        .load(&mut own);
    let (rows, parts) = tokio::try_join!(
        measured(Operation::Select, TABLE, statement),
        Parts::of(conn, ids)
    )?;
    parts.join(rows)
}

/// Locks the rows with these program codes until the end of the transaction, then reads them with outcomes and prerequisites.
pub(crate) async fn lock_by_program_codes(
    conn: &mut AsyncPgConnection,
    codes: &[String],
) -> Result<Vec<MicroCredential>, StoreError> {
    // A statement of its own: what the one that waited for a lock saw of the other tables is from before the wait.
    // In the order of the identifiers, so that two that lock many rows do not wait for each other.
    let statement = micro_credentials::table
        .filter(micro_credentials::program_code.eq_any(codes))
        .select(micro_credentials::id)
        .order(micro_credentials::id)
        .for_update()
        .load::<Uuid>(conn);
    let ids = measured(Operation::Select, TABLE, statement).await?;
    find_many(conn, &ids).await
}

/// Reads the rows with these program codes with outcomes and prerequisites.
pub(crate) async fn find_by_program_codes(
    conn: &mut AsyncPgConnection,
    codes: &[String],
) -> Result<Vec<MicroCredential>, StoreError> {
    let statement = micro_credentials::table
        .inner_join(institutions::table)
        .filter(micro_credentials::program_code.eq_any(codes))
        .select((CredentialRow::as_select(), SummaryRow::as_select()))
        .load(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    complete(conn, rows).await
}

/// Reads the next rows by identifier with outcomes and prerequisites, for a walk through the whole table.
pub(crate) async fn after(
    conn: &mut AsyncPgConnection,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<MicroCredential>, StoreError> {
    let statement = micro_credentials::table
        .inner_join(institutions::table)
        .filter(micro_credentials::id.gt(after.unwrap_or_default()))
        .order(micro_credentials::id)
        .limit(limit)
        .select((CredentialRow::as_select(), SummaryRow::as_select()))
        .load(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    complete(conn, rows).await
}

async fn complete<S: Into<InstitutionSummary>>(
    conn: &AsyncPgConnection,
    rows: Vec<(CredentialRow, S)>,
) -> Result<Vec<MicroCredential>, StoreError> {
    let ids: Vec<Uuid> = rows.iter().map(|(row, _)| row.id).collect();
    Parts::of(conn, &ids).await?.join(rows)
}

/// What belongs to some micro-credentials.
struct Parts {
    outcomes: HashMap<Uuid, Vec<LearningOutcome>>,
    prerequisites: HashMap<Uuid, Vec<Prerequisite>>,
}

impl Parts {
    async fn of(conn: &AsyncPgConnection, ids: &[Uuid]) -> Result<Self, StoreError> {
        let (outcomes, prerequisites) = tokio::try_join!(
            learning_outcomes::of_credentials(conn, ids),
            prerequisites::of_credentials(conn, ids)
        )?;
        Ok(Self {
            outcomes,
            prerequisites,
        })
    }

    fn join<S: Into<InstitutionSummary>>(
        mut self,
        rows: Vec<(CredentialRow, S)>,
    ) -> Result<Vec<MicroCredential>, StoreError> {
        rows.into_iter()
            .map(|(row, institution)| {
                let mut credential = into_domain(row, institution.into())?;
                let id = credential.id.uuid();
                credential.outcomes = self.outcomes.remove(&id).unwrap_or_default();
                credential.prerequisites = self.prerequisites.remove(&id).unwrap_or_default();
                Ok(credential)
            })
            .collect()
    }
}

/// The institution that owns a micro-credential.
pub(crate) const fn owner(credential: &MicroCredential) -> InstitutionId {
    credential.institution.id
}
