//! Table `pathways`, with the titles and institutions that a row is shown with.

mod list;
mod write;

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
use super::institutions::SummaryRow;
use super::measure::{Operation, measured};
use super::micro_credentials::Visibility;
use super::schema::{institutions, micro_credentials, pathways};

use list::seen_by;
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

/// A row with the title of its micro-credential, the institution that it leads from, and the one that it leads to.
type Shown = (PathwayRow, String, SummaryRow, SummaryRow);

diesel::alias! {
    const SOURCE: Alias<Source> = institutions as source;
    const TARGET: Alias<Target> = institutions as target;
}

/// Rows as they are shown, in one statement.
macro_rules! shown {
    () => {
        pathways::table
            .inner_join(micro_credentials::table)
            .inner_join(
                SOURCE.on(SOURCE
                    .field(institutions::id)
                    .eq(pathways::source_institution_id)),
            )
            .inner_join(
                TARGET.on(TARGET
                    .field(institutions::id)
                    .eq(pathways::target_institution_id)),
            )
            .select((
                PathwayRow::as_select(),
                micro_credentials::title,
                SOURCE.fields((institutions::id, institutions::name, institutions::code)),
                TARGET.fields((institutions::id, institutions::name, institutions::code)),
            ))
    };
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
    let statement = seen_by!(visibility, shown!().into_boxed())
        .filter(pathways::id.eq(id.uuid()))
        .load::<Shown>(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    Ok(into_domain(rows)?.pop())
}

/// Reads several rows at once, whatever their status.
pub(crate) async fn find_many(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> Result<Vec<Pathway>, StoreError> {
    let statement = shown!()
        .filter(pathways::id.eq_any(ids))
        .load::<Shown>(conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads every row of these micro-credentials, whatever its status.
pub(crate) async fn of_credentials(
    conn: &mut AsyncPgConnection,
    credentials: &[Uuid],
) -> Result<Vec<Pathway>, StoreError> {
    let statement = shown!()
        .filter(pathways::micro_credential_id.eq_any(credentials))
        .load::<Shown>(conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads the newest rows of one micro-credential that somebody may see.
pub(crate) async fn newest_of(
    conn: &AsyncPgConnection,
    visibility: Visibility,
    credential: MicroCredentialId,
    limit: i64,
) -> Result<Vec<Pathway>, StoreError> {
    let statement = seen_by!(visibility, shown!().into_boxed())
        .filter(pathways::micro_credential_id.eq(credential.uuid()))
        .order((pathways::created_at.desc(), pathways::id.desc()))
        .limit(limit)
        .load::<Shown>(&mut &*conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

/// Reads the next rows by identifier, for a walk through the whole table.
pub(crate) async fn after(
    conn: &mut AsyncPgConnection,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Pathway>, StoreError> {
    let statement = shown!()
        .filter(pathways::id.gt(after.unwrap_or_default()))
        .order(pathways::id)
        .limit(limit)
        .load::<Shown>(conn);
    into_domain(measured(Operation::Select, TABLE, statement).await?)
}

fn into_domain(rows: Vec<Shown>) -> Result<Vec<Pathway>, StoreError> {
    rows.into_iter()
        .map(|(row, title, source, target)| {
            Ok(Pathway {
                id: row.id.into(),
                micro_credential_title: title,
                source_institution: source.into(),
                target_institution: target.into(),
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
