//! Table `prerequisites`, always read and written for many micro-credentials at once.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{MicroCredentialId, PrerequisiteId};
use domain::micro_credential::{MicroCredentialDraft, Prerequisite, PrerequisiteDraft};
use domain::vocabulary::PrerequisiteType;
use uuid::Uuid;

use super::error::{StoreError, known};
use super::measure::{Operation, measured};
use super::schema::prerequisites;

const TABLE: &str = "prerequisites";
/// Rows of one statement.
const CHUNK: usize = 1_000;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = prerequisites, check_for_backend(diesel::pg::Pg))]
struct PrerequisiteRow {
    id: Uuid,
    micro_credential_id: Uuid,
    description: String,
    prerequisite_type: String,
    is_mandatory: bool,
    order_index: i32,
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
        };
        lists
            .entry(row.micro_credential_id)
            .or_default()
            .push(prerequisite);
    }
    Ok(lists)
}

/// Writes the prerequisites of these micro-credentials.
pub(crate) async fn insert_many(
    conn: &mut AsyncPgConnection,
    credentials: &[(Uuid, &MicroCredentialDraft)],
) -> Result<(), StoreError> {
    let rows: Vec<NewPrerequisite<'_>> = credentials
        .iter()
        .flat_map(|(credential, draft)| {
            (0_i32..)
                .zip(&draft.prerequisites)
                .map(|(place, prerequisite)| {
                    new_row(PrerequisiteId::generate(), *credential, place, prerequisite)
                })
        })
        .collect();
    insert(conn, &rows).await
}

/// Makes the prerequisites of a micro-credential whose row the caller has locked those of the draft.
///
/// One whose description stays keeps its identifier, as outcomes do.
pub(crate) async fn replace(
    conn: &mut AsyncPgConnection,
    credential: MicroCredentialId,
    draft: &MicroCredentialDraft,
) -> Result<(), StoreError> {
    let owner = credential.uuid();
    let recorded = of_credentials(conn, &[owner])
        .await?
        .remove(&owner)
        .unwrap_or_default();
    replace_many(conn, &[(owner, recorded.as_slice(), draft)]).await
}

/// Makes the prerequisites of micro-credentials whose rows the caller has locked those of their drafts; `lists` holds each with what
/// is on record. What stays keeps its identifier, as in [`replace`].
pub(crate) async fn replace_many(
    conn: &mut AsyncPgConnection,
    lists: &[(Uuid, &[Prerequisite], &MicroCredentialDraft)],
) -> Result<(), StoreError> {
    let differs = |recorded: &[Prerequisite], draft: &MicroCredentialDraft| {
        !recorded
            .iter()
            .map(|it| &it.fields)
            .eq(&draft.prerequisites)
    };
    let mut owners = Vec::new();
    let mut rows: Vec<NewPrerequisite<'_>> = Vec::new();
    for (owner, recorded, draft) in lists {
        if !differs(recorded, draft) {
            continue;
        }
        owners.push(*owner);
        let mut left: Vec<&Prerequisite> = recorded.iter().collect();
        for (place, prerequisite) in (0_i32..).zip(&draft.prerequisites) {
            let id = left
                .iter()
                .position(|old| old.fields.description == prerequisite.description)
                .map_or_else(PrerequisiteId::generate, |at| left.remove(at).id);
            rows.push(new_row(id, *owner, place, prerequisite));
        }
    }
    if owners.is_empty() {
        return Ok(());
    }
    let statement = diesel::delete(
        prerequisites::table.filter(prerequisites::micro_credential_id.eq_any(&owners)),
    )
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await?;
    insert(conn, &rows).await
}

/// Makes the prerequisites of a micro-credential whose row the caller has locked exactly these, in this order.
pub(crate) async fn put(
    conn: &mut AsyncPgConnection,
    credential: MicroCredentialId,
    parts: &[(PrerequisiteId, PrerequisiteDraft)],
) -> Result<(), StoreError> {
    delete_of(conn, credential).await?;
    let rows: Vec<NewPrerequisite<'_>> = (0_i32..)
        .zip(parts)
        .map(|(place, (id, draft))| new_row(*id, credential.uuid(), place, draft))
        .collect();
    insert(conn, &rows).await
}

fn new_row(
    id: PrerequisiteId,
    micro_credential_id: Uuid,
    order_index: i32,
    prerequisite: &PrerequisiteDraft,
) -> NewPrerequisite<'_> {
    NewPrerequisite {
        id: id.uuid(),
        micro_credential_id,
        description: &prerequisite.description,
        prerequisite_type: prerequisite.prerequisite_type.as_str(),
        is_mandatory: prerequisite.is_mandatory,
        order_index,
    }
}

async fn insert(
    conn: &mut AsyncPgConnection,
    rows: &[NewPrerequisite<'_>],
) -> Result<(), StoreError> {
    for chunk in rows.chunks(CHUNK) {
        let statement = diesel::insert_into(prerequisites::table)
            .values(chunk)
            .execute(conn);
        measured(Operation::Insert, TABLE, statement).await?;
    }
    Ok(())
}

/// Removes the prerequisites of one micro-credential.
async fn delete_of(
    conn: &mut AsyncPgConnection,
    credential: MicroCredentialId,
) -> Result<(), StoreError> {
    let statement = diesel::delete(
        prerequisites::table.filter(prerequisites::micro_credential_id.eq(credential.uuid())),
    )
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await?;
    Ok(())
}
