//! Table `prerequisites`, always read and written for many micro-credentials at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::PrerequisiteId;
use domain::micro_credential::{MicroCredentialDraft, Prerequisite, PrerequisiteDraft};
use domain::vocabulary::PrerequisiteType;
use futures::future::BoxFuture;
use uuid::Uuid;

use super::error::{StoreError, known};
use super::measure::{Operation, measured};
use super::parts::{Part, Placed};
use super::schema::prerequisites;

const TABLE: &str = "prerequisites";

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = prerequisites, check_for_backend(diesel::pg::Pg))]
struct PrerequisiteRow {
    id: Uuid,
    micro_credential_id: Uuid,
    description: String,
    prerequisite_type: String,
    is_mandatory: bool,
    order_index: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = prerequisites)]
struct NewPrerequisite<'draft> {
    id: Uuid,
    micro_credential_id: Uuid,
    description: &'draft str,
    prerequisite_type: &'draft str,
    is_mandatory: bool,
    order_index: i32,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
}

/// Reads the prerequisites of these micro-credentials, each list in its order.
pub(crate) async fn of_credentials(
    conn: &AsyncPgConnection,
    credentials: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Prerequisite>>, StoreError> {
    let statement = prerequisites::table
        .filter(prerequisites::micro_credential_id.eq_any(credentials))
        .order((
            prerequisites::micro_credential_id,
            prerequisites::order_index,
        ))
        .select(PrerequisiteRow::as_select())
        .load(&mut &*conn);
    let mut lists: HashMap<Uuid, Vec<Prerequisite>> = HashMap::new();
    for row in measured(Operation::Select, TABLE, statement).await? {
        let prerequisite = Prerequisite {
            id: row.id.into(),
            fields: PrerequisiteDraft {
                description: row.description,
                prerequisite_type: known(&row.prerequisite_type, PrerequisiteType::parse)?,
                is_mandatory: row.is_mandatory,
            },
            order_index: u32::try_from(row.order_index).unwrap_or(0),
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        lists
            .entry(row.micro_credential_id)
            .or_default()
            .push(prerequisite);
    }
    Ok(lists)
}

impl<'draft> From<&Placed<'draft, Prerequisite>> for NewPrerequisite<'draft> {
    fn from(part: &Placed<'draft, Prerequisite>) -> Self {
        let draft = part.draft;
        Self {
            id: part.id,
            micro_credential_id: part.owner,
            description: &draft.description,
            prerequisite_type: draft.prerequisite_type.as_str(),
            is_mandatory: draft.is_mandatory,
            order_index: part.order_index,
            created_at: part.created_at,
            updated_at: part.updated_at,
        }
    }
}

impl Part for Prerequisite {
    type Id = PrerequisiteId;
    type Draft = PrerequisiteDraft;

    fn generate() -> Uuid {
        PrerequisiteId::generate().uuid()
    }

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn fields(&self) -> &PrerequisiteDraft {
        &self.fields
    }

    fn order_index(&self) -> u32 {
        self.order_index
    }

    fn times(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.created_at, self.updated_at)
    }

    fn drafts(draft: &MicroCredentialDraft) -> &[PrerequisiteDraft] {
        &draft.prerequisites
    }

    fn words(draft: &PrerequisiteDraft) -> &str {
        &draft.description
    }

    fn read<'a>(
        conn: &'a AsyncPgConnection,
        owners: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashMap<Uuid, Vec<Self>>, StoreError>> {
        Box::pin(of_credentials(conn, owners))
    }

    fn insert<'a>(
        conn: &'a mut AsyncPgConnection,
        parts: &'a [Placed<'a, Self>],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let rows: Vec<NewPrerequisite<'_>> = parts.iter().map(Into::into).collect();
            let statement = diesel::insert_into(prerequisites::table)
                .values(&rows)
                .execute(conn);
            measured(Operation::Insert, TABLE, statement).await?;
            Ok(())
        })
    }

    fn delete<'a>(
        conn: &'a mut AsyncPgConnection,
        owners: &'a [Uuid],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let lists =
                prerequisites::table.filter(prerequisites::micro_credential_id.eq_any(owners));
            let statement = diesel::delete(lists).execute(conn);
            measured(Operation::Delete, TABLE, statement).await?;
            Ok(())
        })
    }
}
