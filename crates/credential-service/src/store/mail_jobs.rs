//! Table `jobs`, as far as mail is concerned: rows that the worker sends.

use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};

/// Queues one mail.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    payload: &Value,
) -> Result<(), StoreError> {
    let statement =
        diesel::sql_query("INSERT INTO jobs (id, kind, payload) VALUES ($1, 'mail', $2)")
            .bind::<SqlUuid, _>(Uuid::now_v7())
            .bind::<Jsonb, _>(payload)
            .execute(conn);
    measured(Operation::Insert, "jobs", statement).await?;
    Ok(())
}
