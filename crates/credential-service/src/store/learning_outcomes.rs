//! Table `learning_outcomes`, always read and written for many micro-credentials at once.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::{LearningOutcomeId, MicroCredentialId};
use domain::micro_credential::{LearningOutcome, LearningOutcomeDraft, MicroCredentialDraft};
use domain::vocabulary::{BloomLevel, OutcomeCategory};
use uuid::Uuid;

use super::error::{StoreError, known_or_null};
use super::measure::{Operation, measured};
use super::schema::learning_outcomes;

const TABLE: &str = "learning_outcomes";
/// Rows of one statement.
const CHUNK: usize = 1_000;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = learning_outcomes, check_for_backend(diesel::pg::Pg))]
struct OutcomeRow {
    id: Uuid,
    micro_credential_id: Uuid,
    outcome_text: String,
    bloom_level: Option<String>,
    category: Option<String>,
    is_core: bool,
    keywords: Vec<String>,
    order_index: i32,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = learning_outcomes)]
struct NewOutcome<'draft> {
    id: Uuid,
    micro_credential_id: Uuid,
    outcome_text: &'draft str,
    bloom_level: Option<&'draft str>,
    category: Option<&'draft str>,
    is_core: bool,
    keywords: &'draft [String],
    order_index: i32,
}

/// Reads the outcomes of these micro-credentials, each list in its order.
pub(crate) async fn of_credentials(
    conn: &AsyncPgConnection,
    credentials: &[Uuid],
) -> Result<HashMap<Uuid, Vec<LearningOutcome>>, StoreError> {
    let statement = learning_outcomes::table
        .filter(learning_outcomes::micro_credential_id.eq_any(credentials))
        .order((
            learning_outcomes::micro_credential_id,
            learning_outcomes::order_index,
        ))
        .select(OutcomeRow::as_select())
        .load(&mut &*conn);
    let mut lists: HashMap<Uuid, Vec<LearningOutcome>> = HashMap::new();
    for row in measured(Operation::Select, TABLE, statement).await? {
        let outcome = LearningOutcome {
            id: row.id.into(),
            fields: LearningOutcomeDraft {
                outcome_text: row.outcome_text,
                bloom_level: known_or_null(row.bloom_level.as_deref(), BloomLevel::parse)?,
                category: known_or_null(row.category.as_deref(), OutcomeCategory::parse)?,
                is_core: row.is_core,
                keywords: row.keywords,
            },
            order_index: u32::try_from(row.order_index).unwrap_or(0),
        };
        lists
            .entry(row.micro_credential_id)
            .or_default()
            .push(outcome);
    }
    Ok(lists)
}

/// Writes the outcomes of these micro-credentials.
pub(crate) async fn insert_many(
    conn: &mut AsyncPgConnection,
    credentials: &[(Uuid, &MicroCredentialDraft)],
) -> Result<(), StoreError> {
    let rows: Vec<NewOutcome<'_>> = credentials
        .iter()
        .flat_map(|(credential, draft)| {
            (0_i32..).zip(&draft.outcomes).map(|(place, outcome)| {
                new_row(LearningOutcomeId::generate(), *credential, place, outcome)
            })
        })
        .collect();
    insert(conn, &rows).await
}

/// Makes the outcomes of a micro-credential whose row the caller has locked those of the draft.
///
/// An outcome whose text stays keeps its identifier: followers compare and index outcomes by it.
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

/// Makes the outcomes of micro-credentials whose rows the caller has locked those of their drafts; `lists` holds each with what
/// is on record. What stays keeps its identifier, as in [`replace`].
pub(crate) async fn replace_many(
    conn: &mut AsyncPgConnection,
    lists: &[(Uuid, &[LearningOutcome], &MicroCredentialDraft)],
) -> Result<(), StoreError> {
    let differs = |recorded: &[LearningOutcome], draft: &MicroCredentialDraft| {
        !recorded.iter().map(|it| &it.fields).eq(&draft.outcomes)
    };
    let mut owners = Vec::new();
    let mut rows: Vec<NewOutcome<'_>> = Vec::new();
    for (owner, recorded, draft) in lists {
        if !differs(recorded, draft) {
            continue;
        }
        owners.push(*owner);
        let mut left: Vec<&LearningOutcome> = recorded.iter().collect();
        for (place, outcome) in (0_i32..).zip(&draft.outcomes) {
            let id = left
                .iter()
                .position(|old| old.fields.outcome_text == outcome.outcome_text)
                .map_or_else(LearningOutcomeId::generate, |at| left.remove(at).id);
            rows.push(new_row(id, *owner, place, outcome));
        }
    }
    if owners.is_empty() {
        return Ok(());
    }
    let statement = diesel::delete(
        learning_outcomes::table.filter(learning_outcomes::micro_credential_id.eq_any(&owners)),
    )
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await?;
    insert(conn, &rows).await
}

/// Makes the outcomes of a micro-credential whose row the caller has locked exactly these, in this order.
pub(crate) async fn put(
    conn: &mut AsyncPgConnection,
    credential: MicroCredentialId,
    parts: &[(LearningOutcomeId, LearningOutcomeDraft)],
) -> Result<(), StoreError> {
    delete_of(conn, credential).await?;
    let rows: Vec<NewOutcome<'_>> = (0_i32..)
        .zip(parts)
        .map(|(place, (id, draft))| new_row(*id, credential.uuid(), place, draft))
        .collect();
    insert(conn, &rows).await
}

fn new_row(
    id: LearningOutcomeId,
    micro_credential_id: Uuid,
    order_index: i32,
    outcome: &LearningOutcomeDraft,
) -> NewOutcome<'_> {
    NewOutcome {
        id: id.uuid(),
        micro_credential_id,
        outcome_text: &outcome.outcome_text,
        bloom_level: outcome.bloom_level.map(BloomLevel::as_str),
        category: outcome.category.map(OutcomeCategory::as_str),
        is_core: outcome.is_core,
        keywords: &outcome.keywords,
        order_index,
    }
}

async fn insert(conn: &mut AsyncPgConnection, rows: &[NewOutcome<'_>]) -> Result<(), StoreError> {
    for chunk in rows.chunks(CHUNK) {
        let statement = diesel::insert_into(learning_outcomes::table)
            .values(chunk)
            .execute(conn);
        measured(Operation::Insert, TABLE, statement).await?;
    }
    Ok(())
}

/// Removes the outcomes of one micro-credential.
async fn delete_of(
    conn: &mut AsyncPgConnection,
    credential: MicroCredentialId,
) -> Result<(), StoreError> {
    let statement = diesel::delete(
        learning_outcomes::table
            .filter(learning_outcomes::micro_credential_id.eq(credential.uuid())),
    )
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await?;
    Ok(())
}
