//! Table `learning_outcomes`, always read and written for many micro-credentials at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::LearningOutcomeId;
use domain::micro_credential::{LearningOutcome, LearningOutcomeDraft, MicroCredentialDraft};
use domain::vocabulary::{BloomLevel, OutcomeCategory};
use futures::future::BoxFuture;
use uuid::Uuid;

use super::error::{StoreError, known_or_null};
use super::measure::{Operation, measured};
use super::parts::{Part, Placed};
use super::schema::learning_outcomes;

const TABLE: &str = "learning_outcomes";

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
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
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
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
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
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        lists
            .entry(row.micro_credential_id)
            .or_default()
            .push(outcome);
    }
    Ok(lists)
}

impl<'draft> From<&Placed<'draft, LearningOutcome>> for NewOutcome<'draft> {
    fn from(part: &Placed<'draft, LearningOutcome>) -> Self {
        let draft = part.draft;
        Self {
            id: part.id,
            micro_credential_id: part.owner,
            outcome_text: &draft.outcome_text,
            bloom_level: draft.bloom_level.map(BloomLevel::as_str),
            category: draft.category.map(OutcomeCategory::as_str),
            is_core: draft.is_core,
            keywords: &draft.keywords,
            order_index: part.order_index,
            created_at: part.created_at,
            updated_at: part.updated_at,
        }
    }
}

impl Part for LearningOutcome {
    type Id = LearningOutcomeId;
    type Draft = LearningOutcomeDraft;

    fn generate() -> Uuid {
        LearningOutcomeId::generate().uuid()
    }

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn fields(&self) -> &LearningOutcomeDraft {
        &self.fields
    }

    fn order_index(&self) -> u32 {
        self.order_index
    }

    fn times(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.created_at, self.updated_at)
    }

    fn drafts(draft: &MicroCredentialDraft) -> &[LearningOutcomeDraft] {
        &draft.outcomes
    }

    fn words(draft: &LearningOutcomeDraft) -> &str {
        &draft.outcome_text
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
            let rows: Vec<NewOutcome<'_>> = parts.iter().map(Into::into).collect();
            let statement = diesel::insert_into(learning_outcomes::table)
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
            let lists = learning_outcomes::table
                .filter(learning_outcomes::micro_credential_id.eq_any(owners));
            let statement = diesel::delete(lists).execute(conn);
            measured(Operation::Delete, TABLE, statement).await?;
            Ok(())
        })
    }
}
