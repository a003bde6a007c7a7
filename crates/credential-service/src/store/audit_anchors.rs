//! Table `audit_anchors`: places of the chain that were signed. Rows are only ever added.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::audit::ChainAnchor;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::audit_anchors;

const TABLE: &str = "audit_anchors";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_anchors, check_for_backend(diesel::pg::Pg))]
struct AnchorRow {
    sequence: i64,
    entry_hash: Vec<u8>,
    signed_at: DateTime<Utc>,
    key_id: String,
    signature: Vec<u8>,
}

impl From<AnchorRow> for ChainAnchor {
    fn from(row: AnchorRow) -> Self {
        Self {
            sequence: u64::try_from(row.sequence).unwrap_or_default(),
            entry_hash: hex::encode(row.entry_hash),
            signed_at: row.signed_at,
            key_id: row.key_id,
            signature: row.signature,
        }
    }
}

/// Adds an anchor; says whether it is new.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    anchor: &ChainAnchor,
) -> Result<bool, StoreError> {
    let row = AnchorRow {
        sequence: i64::try_from(anchor.sequence).unwrap_or(i64::MAX),
        entry_hash: hex::decode(&anchor.entry_hash)
            .map_err(|_error| StoreError::Corrupt(anchor.entry_hash.clone()))?,
        signed_at: anchor.signed_at,
        key_id: anchor.key_id.clone(),
        signature: anchor.signature.clone(),
    };
    let statement = diesel::insert_into(audit_anchors::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn);
    Ok(measured(Operation::Insert, TABLE, statement).await? > 0)
}

/// Reads the newest anchor.
pub(crate) async fn newest(
    conn: &mut AsyncPgConnection,
) -> Result<Option<ChainAnchor>, StoreError> {
    let statement = audit_anchors::table
        .order(audit_anchors::sequence.desc())
        .select(AnchorRow::as_select())
        .first(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    Ok(row.map(Into::into))
}

/// Reads the next anchors after a number, at most `limit`.
pub(crate) async fn after(
    conn: &mut AsyncPgConnection,
    sequence: u64,
    limit: i64,
) -> Result<Vec<ChainAnchor>, StoreError> {
    let statement = audit_anchors::table
        .filter(audit_anchors::sequence.gt(i64::try_from(sequence).unwrap_or(i64::MAX)))
        .order(audit_anchors::sequence.asc())
        .limit(limit)
        .select(AnchorRow::as_select())
        .load(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
