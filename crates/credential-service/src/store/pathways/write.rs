//! Changing pathways.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{InstitutionId, MicroCredentialId, PathwayId, UserId};
use domain::pathway::{Pathway, PathwayDraft};
use domain::workflow::PathwayStatus;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::error::StoreError;
use super::super::measure::{Operation, measured};
use super::super::schema::pathways;
use super::{TABLE, find_many};

/// What may change in a draft; an absent field is written as NULL.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = pathways, treat_none_as_null = true)]
struct Fields<'draft> {
    name: &'draft str,
    description: Option<&'draft str>,
    target_institution_id: Uuid,
    micro_credential_id: Uuid,
    pathway_type: &'draft str,
    transfer_credits: Option<Decimal>,
    equivalency_notes: Option<&'draft str>,
    additional_requirements: Option<&'draft str>,
}

impl<'draft> From<&'draft PathwayDraft> for Fields<'draft> {
    fn from(draft: &'draft PathwayDraft) -> Self {
        Self {
            name: &draft.name,
            description: draft.description.as_deref(),
            target_institution_id: draft.target_institution_id.uuid(),
            micro_credential_id: draft.micro_credential_id.uuid(),
            pathway_type: draft.pathway_type.as_str(),
            transfer_credits: draft.transfer_credits,
            equivalency_notes: draft.equivalency_notes.as_deref(),
            additional_requirements: draft.additional_requirements.as_deref(),
        }
    }
}

/// Where a pathway stands, and who has let it get there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Place in the workflow.
    pub(crate) status: PathwayStatus,
    /// Who approved it.
    pub(crate) approved_by: Option<UserId>,
    /// When it was approved.
    pub(crate) approved_at: Option<DateTime<Utc>>,
    /// What the reviewer wrote.
    pub(crate) review_notes: Option<String>,
}

impl Standing {
    /// Where a pathway stands now.
    pub(crate) fn of(pathway: &Pathway) -> Self {
        Self {
            status: pathway.status,
            approved_by: pathway.approved_by,
            approved_at: pathway.approved_at,
            review_notes: pathway.review_notes.clone(),
        }
    }
}

/// Locks one row until the end of the transaction, then reads it.
pub(crate) async fn lock(
    conn: &mut AsyncPgConnection,
    id: PathwayId,
) -> Result<Option<Pathway>, StoreError> {
    let statement = pathways::table
        .find(id.uuid())
        .select(pathways::id)
        .for_update()
        .load::<Uuid>(conn);
    let ids = measured(Operation::Select, TABLE, statement).await?;
    Ok(find_many(conn, &ids).await?.pop())
}

/// Replaces the fields of a row that the caller has locked; the source institution stays.
pub(crate) async fn replace(
    conn: &mut AsyncPgConnection,
    id: PathwayId,
    draft: &PathwayDraft,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(pathways::table.find(id.uuid()))
        .set((
            Fields::from(draft),
            pathways::updated_at.eq(now),
            pathways::version.eq(pathways::version + 1),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Moves a row that the caller has locked.
pub(crate) async fn set_standing(
    conn: &mut AsyncPgConnection,
    id: PathwayId,
    standing: &Standing,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(pathways::table.find(id.uuid()))
        .set((
            pathways::status.eq(standing.status.as_str()),
            pathways::is_active.eq(standing.status != PathwayStatus::Archived),
            pathways::approved_by.eq(standing.approved_by.map(UserId::uuid)),
            pathways::approved_at.eq(standing.approved_at),
            pathways::review_notes.eq(standing.review_notes.as_deref()),
            pathways::updated_at.eq(now),
            pathways::version.eq(pathways::version + 1),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Locks the open rows from a micro-credential until the end of the transaction.
pub(crate) async fn lock_active_from(
    conn: &mut AsyncPgConnection,
    credential: MicroCredentialId,
) -> Result<Vec<Uuid>, StoreError> {
    let statement = pathways::table
        .filter(pathways::micro_credential_id.eq(credential.uuid()))
        .filter(pathways::status.eq(PathwayStatus::Active.as_str()))
        .order(pathways::id)
        .select(pathways::id)
        .for_update()
        .load::<Uuid>(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Locks the open rows from and to an institution until the end of the transaction.
pub(crate) async fn lock_active_of(
    conn: &mut AsyncPgConnection,
    institution: InstitutionId,
) -> Result<Vec<Uuid>, StoreError> {
    let id = institution.uuid();
    let statement = pathways::table
        .filter(
            pathways::source_institution_id
                .eq(id)
                .or(pathways::target_institution_id.eq(id)),
        )
        .filter(pathways::status.eq(PathwayStatus::Active.as_str()))
        .order(pathways::id)
        .select(pathways::id)
        .for_update()
        .load::<Uuid>(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Moves rows that the caller has locked; who has approved them stays.
pub(crate) async fn set_status(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    status: PathwayStatus,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(pathways::table.filter(pathways::id.eq_any(ids)))
        .set((
            pathways::status.eq(status.as_str()),
            pathways::is_active.eq(status != PathwayStatus::Archived),
            pathways::updated_at.eq(now),
            pathways::version.eq(pathways::version + 1),
        ))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}
