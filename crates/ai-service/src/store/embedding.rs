//! Vectors by the hash of their text.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::schema::embeddings;
use super::{Operation, StoreError, measured};

/// SHA-256 of a text.
pub(crate) type ContentHash = [u8; 32];
/// A vector of length one, shared.
pub(crate) type Embedding = Arc<[f32]>;

#[derive(Insertable)]
#[diesel(table_name = embeddings)]
struct NewEmbedding<'a> {
    content_hash: &'a [u8],
    model: &'a str,
    vector: Vec<u8>,
}

/// The stored vectors among these texts; one that does not have `dimension` numbers counts as absent.
pub(crate) async fn find(
    connection: &mut AsyncPgConnection,
    model: &str,
    dimension: usize,
    hashes: &[ContentHash],
) -> Result<HashMap<ContentHash, Embedding>, StoreError> {
    let wanted: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
    let stored = embeddings::table
        .filter(embeddings::model.eq(model))
        .filter(embeddings::content_hash.eq_any(wanted))
        .select((embeddings::content_hash, embeddings::vector))
        .load(connection);
    let rows: Vec<(Vec<u8>, Vec<u8>)> = measured(Operation::Select, "embeddings", stored).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(hash, bytes)| {
            let vector = from_bytes(&bytes).filter(|vector| vector.len() == dimension)?;
            Some((hash.try_into().ok()?, vector))
        })
        .collect())
}

/// Stores vectors; those that another replica has stored meanwhile stay.
pub(crate) async fn insert(
    connection: &mut AsyncPgConnection,
    model: &str,
    vectors: &[(ContentHash, Embedding)],
) -> Result<usize, StoreError> {
    let rows: Vec<NewEmbedding<'_>> = vectors
        .iter()
        .map(|(hash, vector)| NewEmbedding {
            content_hash: hash,
            model,
            vector: to_bytes(vector),
        })
        .collect();
    let new = diesel::insert_into(embeddings::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(connection);
    measured(Operation::Insert, "embeddings", new).await
}

/// Marks vectors of one encoder as used today; those that were are left as they are, and so are those that another replica marks now.
pub(crate) async fn mark_used(
    connection: &mut AsyncPgConnection,
    model: &str,
    hashes: &[ContentHash],
) -> Result<usize, StoreError> {
    let used: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
    let marked = diesel::sql_query(
        "UPDATE ai.embeddings SET used_at = now() WHERE model = $1 AND content_hash IN (\
             SELECT content_hash FROM ai.embeddings WHERE model = $1 AND content_hash = ANY($2) \
             AND used_at < now() - interval '1 day' FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Text, _>(model)
    .bind::<Array<Binary>, _>(used)
    .execute(connection);
    measured(Operation::Update, "embeddings", marked).await
}

/// Forgets at most `count` vectors, of whatever encoder, that nobody has marked for a week; says how many.
pub(crate) async fn prune(
    connection: &mut AsyncPgConnection,
    count: i64,
) -> Result<usize, StoreError> {
    let unused = diesel::sql_query(
        "DELETE FROM ai.embeddings WHERE (content_hash, model) IN (\
             SELECT content_hash, model FROM ai.embeddings WHERE used_at < now() - interval '7 days' \
             ORDER BY used_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<BigInt, _>(count)
    .execute(connection);
    measured(Operation::Delete, "embeddings", unused).await
}

fn to_bytes(vector: &[f32]) -> Vec<u8> {
    vector
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// The very numbers that were stored: scaling them again would move the last bits.
fn from_bytes(bytes: &[u8]) -> Option<Embedding> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    let numbers: Vec<f32> = numbers.iter().copied().map(f32::from_le_bytes).collect();
    (rest.is_empty() && numbers.iter().all(|number| number.is_finite())).then(|| numbers.into())
}
