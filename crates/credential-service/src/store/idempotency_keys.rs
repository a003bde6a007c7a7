//! Table `idempotency_keys`: answers kept for requests that are sent again.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::idempotency_keys;

const TABLE: &str = "idempotency_keys";

/// A named request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedRequest<'request> {
    /// Who asks for what: a name means nothing beyond it.
    pub(crate) scope: &'request str,
    /// The name, 1 to 255 characters.
    pub(crate) key: &'request str,
    /// SHA-256 of what is asked.
    pub(crate) hash: &'request [u8],
}

/// What was kept under a name.
#[derive(Debug, Queryable)]
pub(crate) struct Kept {
    /// SHA-256 of what was asked.
    pub(crate) hash: Vec<u8>,
    /// The answer.
    pub(crate) response: Option<Vec<u8>>,
}

/// Takes a name, in one statement: of many at once one gets it, and the others wait until that one has ended.
///
/// A name past its time is free again. Returns whether the name was free.
pub(crate) async fn claim(
    conn: &mut AsyncPgConnection,
    request: NamedRequest<'_>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let statement = diesel::sql_query(
        "INSERT INTO idempotency_keys AS kept (scope, key, request_hash, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, response = NULL, \
             created_at = excluded.created_at, expires_at = excluded.expires_at \
         WHERE kept.expires_at <= excluded.created_at",
    )
    .bind::<Text, _>(request.scope)
    .bind::<Text, _>(request.key)
    .bind::<Binary, _>(request.hash)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(expires_at)
    .execute(conn);
    Ok(measured(Operation::Insert, TABLE, statement).await? > 0)
}

/// Reads what was kept under a name.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    scope: &str,
    key: &str,
) -> Result<Option<Kept>, StoreError> {
    let statement = idempotency_keys::table
        .find((scope, key))
        .select((idempotency_keys::request_hash, idempotency_keys::response))
        .first::<Kept>(conn);
    measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await
}

/// Keeps the answer under a name that has been taken.
pub(crate) async fn keep(
    conn: &mut AsyncPgConnection,
    request: NamedRequest<'_>,
    response: &[u8],
) -> Result<(), StoreError> {
    let statement = diesel::update(idempotency_keys::table.find((request.scope, request.key)))
        .set(idempotency_keys::response.eq(response))
        .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Removes names past their time, some at once. Returns how many.
pub(crate) async fn prune(conn: &mut AsyncPgConnection, count: i64) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "DELETE FROM idempotency_keys WHERE (scope, key) IN (SELECT scope, key FROM idempotency_keys \
             WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<BigInt, _>(count)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await
}
