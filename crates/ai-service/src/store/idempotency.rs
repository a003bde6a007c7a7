//! Answers kept for requests that are sent again.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Operation, StoreError, measured};

/// How long an answer is kept, as PostgreSQL reads it.
const KEPT: &str = "24 hours";

/// A request that its caller has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// Person and method.
    pub(crate) scope: String,
    /// The name.
    pub(crate) key: String,
    /// SHA-256 of the request.
    pub(crate) hash: [u8; 32],
}

/// What is kept under a name.
#[derive(Debug, QueryableByName)]
pub(crate) struct Kept {
    /// SHA-256 of the request.
    #[diesel(sql_type = Binary)]
    pub(crate) request_hash: Vec<u8>,
    /// The answer.
    #[diesel(sql_type = Binary)]
    pub(crate) response: Vec<u8>,
}

/// What is kept under this name, if it is not too old.
pub(crate) async fn find(
    connection: &mut AsyncPgConnection,
    named: &Named,
) -> Result<Option<Kept>, StoreError> {
    let kept = diesel::sql_query(format!(
        "SELECT request_hash, response FROM ai.idempotency_keys \
         WHERE scope = $1 AND key = $2 AND created_at > now() - interval '{KEPT}'"
    ))
    .bind::<Text, _>(&named.scope)
    .bind::<Text, _>(&named.key)
    .get_result(connection);
    let kept = async { kept.await.optional() };
    measured(Operation::Select, "idempotency_keys", kept).await
}

/// Keeps an answer, in the place of one that is too old; false when the name is taken. It waits for a transaction that is
/// about to take the same name.
pub(crate) async fn keep(
    connection: &mut AsyncPgConnection,
    named: &Named,
    response: &[u8],
) -> Result<bool, StoreError> {
    let written = diesel::sql_query(format!(
        "INSERT INTO ai.idempotency_keys AS kept (scope, key, request_hash, response) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, response = excluded.response, \
         created_at = now() WHERE kept.created_at <= now() - interval '{KEPT}'"
    ))
    .bind::<Text, _>(&named.scope)
    .bind::<Text, _>(&named.key)
    .bind::<Binary, _>(named.hash.as_slice())
    .bind::<Binary, _>(response)
    .execute(connection);
    let written = measured(Operation::Insert, "idempotency_keys", written).await?;
    Ok(written == 1)
}

/// Forgets at most `count` answers that are too old; says how many.
pub(crate) async fn prune(
    connection: &mut AsyncPgConnection,
    count: i64,
) -> Result<usize, StoreError> {
    let old = diesel::sql_query(format!(
        "DELETE FROM ai.idempotency_keys WHERE (scope, key) IN (SELECT scope, key FROM ai.idempotency_keys \
         WHERE created_at <= now() - interval '{KEPT}' LIMIT $1)"
    ))
    .bind::<BigInt, _>(count)
    .execute(connection);
    measured(Operation::Delete, "idempotency_keys", old).await
}
