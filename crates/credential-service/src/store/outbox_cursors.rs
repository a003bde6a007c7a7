//! Table `outbox_cursors`: how far followers inside this service have read the outbox.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::outbox_events::{Position, position};

const TABLE: &str = "outbox_cursors";

#[derive(Debug, QueryableByName)]
struct CursorRow {
    #[diesel(sql_type = BigInt)]
    transaction: i64,
    #[diesel(sql_type = BigInt)]
    sequence: i64,
}

/// Takes the cursor of a follower for this transaction; `None` while another process has it, or when there is none.
pub(crate) async fn take(
    conn: &mut AsyncPgConnection,
    follower: &str,
) -> Result<Option<Position>, StoreError> {
    let statement = diesel::sql_query(
        "SELECT transaction::text::bigint AS transaction, sequence FROM outbox_cursors \
         WHERE follower = $1 FOR UPDATE SKIP LOCKED",
    )
    .bind::<Text, _>(follower)
    .get_result::<CursorRow>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    Ok(row.map(|row| position(row.transaction, row.sequence)))
}

/// Moves the cursor of a follower.
pub(crate) async fn set(
    conn: &mut AsyncPgConnection,
    follower: &str,
    place: Position,
) -> Result<(), StoreError> {
    let statement = diesel::sql_query(
        "UPDATE outbox_cursors SET transaction = $2::text::xid8, sequence = $3, updated_at = now() WHERE follower = $1",
    )
    .bind::<Text, _>(follower)
    .bind::<Text, _>(place.transaction.to_string())
    .bind::<BigInt, _>(i64::try_from(place.sequence).unwrap_or(i64::MAX))
    .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}
