//! Table `pathways`, with the titles and institutions that a row is shown with.

mod list;
mod write;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{MicroCredentialId, PathwayId};
use domain::pathway::{Pathway, PathwayDraft};
use domain::vocabulary::PathwayType;
use domain::workflow::PathwayStatus;
use protocol::suggestion::Suggestion;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::error::{StoreError, known};
use super::institutions;
use super::measure::{Operation, measured};
use super::micro_credentials::Visibility;
use super::schema::{micro_credentials, pathways};

use list::visible;
pub(crate) use list::{DEFAULT_SORT, PathwayFilter, SORTABLE, list};
pub(crate) use write::{
    Standing, lock, lock_active_from, lock_active_of, replace, set_standing, set_status,
};

const TABLE: &str = "pathways";

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = pathways, check_for_backend(diesel::pg::Pg))]
struct PathwayRow {
    id: Uuid,
    name: String,
    description: Option<String>,
    source_institution_id: Uuid,
    target_institution_id: Uuid,
    micro_credential_id: Uuid,
    pathway_type: String,
    transfer_credits: Option<Decimal>,
    equivalency_notes: Option<String>,
    additional_requirements: Option<String>,
    confidence_score: Option<f64>,
    is_ai_suggested: bool,
    ai_reasoning: Option<String>,
    status: String,
    is_active: bool,
    approved_by: Option<Uuid>,
    approved_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    review_notes: Option<String>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = pathways)]
struct NewPathway<'draft> {
    id: Uuid,
    name: &'draft str,
    description: Option<&'draft str>,
    source_institution_id: Uuid,
    target_institution_id: Uuid,
    micro_credential_id: Uuid,
    pathway_type: &'draft str,
    transfer_credits: Option<Decimal>,
    equivalency_notes: Option<&'draft str>,
    additional_requirements: Option<&'draft str>,
    status: &'draft str,
    approved_at: Option<DateTime<Utc>>,
}

/// A draft that a method made, and what the method says of it.
#[derive(Debug)]
pub(crate) struct Suggested {
    /// The draft.
    pub(crate) draft: PathwayDraft,
    /// What the method says of it.
    pub(crate) suggestion: Suggestion,
}

/// Writes a new row.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    id: PathwayId,
    draft: &PathwayDraft,
    status: PathwayStatus,
    approved_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let row = NewPathway {
        id: id.uuid(),
        name: &draft.name,
        description: draft.description.as_deref(),
        source_institution_id: draft.source_institution_id.uuid(),
        target_institution_id: draft.target_institution_id.uuid(),
        micro_credential_id: draft.micro_credential_id.uuid(),
        pathway_type: draft.pathway_type.as_str(),
        transfer_credits: draft.transfer_credits,
        equivalency_notes: draft.equivalency_notes.as_deref(),
        additional_requirements: draft.additional_requirements.as_deref(),
        status: status.as_str(),
        approved_at,
    };
    let statement = diesel::insert_into(pathways::table)
        .values(row)
        .execute(conn);
    measured(Operation::Insert, TABLE, statement).await?;
    Ok(())
}

/// Writes the rows of suggested drafts.
pub(crate) async fn insert_suggested(
    conn: &mut AsyncPgConnection,
    suggested: &[(PathwayId, &Suggested)],
) -> Result<(), StoreError> {
    let rows: Vec<_> = suggested
        .iter()
        .map(|(id, Suggested { draft, suggestion })| {
            let row = NewPathway {
                id: id.uuid(),
                name: &draft.name,
                description: draft.description.as_deref(),
                source_institution_id: draft.source_institution_id.uuid(),
                target_institution_id: draft.target_institution_id.uuid(),
                micro_credential_id: draft.micro_credential_id.uuid(),
                pathway_type: draft.pathway_type.as_str(),
                transfer_credits: draft.transfer_credits,
                equivalency_notes: draft.equivalency_notes.as_deref(),
                additional_requirements: draft.additional_requirements.as_deref(),
                status: PathwayStatus::Draft.as_str(),
                approved_at: None,
            };
            (
                row,
                pathways::is_ai_suggested.eq(true),
                pathways::confidence_score.eq(suggestion.confidence_score),
                pathways::ai_reasoning.eq(&suggestion.ai_reasoning),
            )
        })
        .collect();
    let statement = diesel::insert_into(pathways::table)
        .values(rows)
        .execute(conn);
    measured(Operation::Insert, TABLE, statement).await?;
    Ok(())
}

/// Reads one row, if somebody may see it.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    visibility: Visibility,
    id: PathwayId,
) -> Result<Option<Pathway>, StoreError> {
    let statement = visible(visibility)
        .filter(pathways::id.eq(id.uuid()))
        .select(PathwayRow::as_select())
        .load(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    Ok(complete(conn, rows).await?.pop())
}

/// Reads several rows at once, whatever their status.
pub(crate) async fn find_many(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> Result<Vec<Pathway>, StoreError> {
    let statement = pathways::table
        .filter(pathways::id.eq_any(ids))
        .select(PathwayRow::as_select())
        .load(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    complete(conn, rows).await
}

/// Reads every row of these micro-credentials, whatever its status.
pub(crate) async fn of_credentials(
    conn: &mut AsyncPgConnection,
    credentials: &[Uuid],
) -> Result<Vec<Pathway>, StoreError> {
    let statement = pathways::table
        .filter(pathways::micro_credential_id.eq_any(credentials))
        .select(PathwayRow::as_select())
        .load(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    complete(conn, rows).await
}

/// Reads the newest rows of one micro-credential that somebody may see.
pub(crate) async fn newest_of(
    conn: &AsyncPgConnection,
    visibility: Visibility,
    credential: MicroCredentialId,
    limit: i64,
) -> Result<Vec<Pathway>, StoreError> {
    let statement = visible(visibility)
        .filter(pathways::micro_credential_id.eq(credential.uuid()))
        .order((pathways::created_at.desc(), pathways::id.desc()))
        .limit(limit)
        .select(PathwayRow::as_select())
        .load(&mut &*conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    complete(conn, rows).await
}

/// Reads the next rows by identifier, for a walk through the whole table.
pub(crate) async fn after(
    conn: &mut AsyncPgConnection,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Pathway>, StoreError> {
    let statement = pathways::table
        .filter(pathways::id.gt(after.unwrap_or_default()))
        .order(pathways::id)
        .limit(limit)
        .select(PathwayRow::as_select())
        .load(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    complete(conn, rows).await
}

async fn complete(
    conn: &AsyncPgConnection,
    rows: Vec<PathwayRow>,
) -> Result<Vec<Pathway>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: HashSet<Uuid> = rows
        .iter()
        .flat_map(|row| [row.source_institution_id, row.target_institution_id])
        .collect();
    let credentials: Vec<Uuid> = rows.iter().map(|row| row.micro_credential_id).collect();
    let mut other = conn;
    let statement = micro_credentials::table
        .filter(micro_credentials::id.eq_any(&credentials))
        .select((micro_credentials::id, micro_credentials::title))
        .load::<(Uuid, String)>(&mut other);
    let titles = measured(Operation::Select, "micro_credentials", statement);
    let (summaries, titles) = tokio::try_join!(institutions::summaries(conn, &ids), titles)?;
    let titles: std::collections::HashMap<Uuid, String> = titles.into_iter().collect();
    rows.into_iter()
        .map(|row| {
            let title = titles.get(&row.micro_credential_id).cloned();
            Ok(Pathway {
                id: row.id.into(),
                micro_credential_title: title.unwrap_or_default(),
                source_institution: institutions::summary_of(
                    &summaries,
                    row.source_institution_id,
                )?,
                target_institution: institutions::summary_of(
                    &summaries,
                    row.target_institution_id,
                )?,
                status: known(&row.status, PathwayStatus::parse)?,
                confidence_score: row.confidence_score,
                is_ai_suggested: row.is_ai_suggested,
                ai_reasoning: row.ai_reasoning,
                is_active: row.is_active,
                approved_by: row.approved_by.map(Into::into),
                approved_at: row.approved_at,
                created_at: row.created_at,
                updated_at: row.updated_at,
                version: row.version,
                review_notes: row.review_notes,
                fields: PathwayDraft {
                    name: row.name,
                    description: row.description,
                    source_institution_id: row.source_institution_id.into(),
                    target_institution_id: row.target_institution_id.into(),
                    micro_credential_id: row.micro_credential_id.into(),
                    pathway_type: known(&row.pathway_type, PathwayType::parse)?,
                    transfer_credits: row.transfer_credits.map(|value| value.normalize()),
                    equivalency_notes: row.equivalency_notes,
                    additional_requirements: row.additional_requirements,
                },
            })
        })
        .collect()
}
