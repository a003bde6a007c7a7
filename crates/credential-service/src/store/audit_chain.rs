//! Table `audit_chain`: the numbers and hashes of the entries in `audit_logs`. The database alone writes it.

use diesel::OptionalExtension;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use crate::usecase::audit::encoding::{Hash, RecordedEntry};
use crate::usecase::audit::walk::Link;

const TABLE: &str = "audit_chain";

#[derive(QueryableByName)]
struct LinkRow {
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = SmallInt)]
    encoding: i16,
    #[diesel(sql_type = Binary)]
    previous_hash: Vec<u8>,
    #[diesel(sql_type = Binary)]
    entry_hash: Vec<u8>,
    #[diesel(sql_type = SqlUuid)]
    entry_id: Uuid,
    #[diesel(embed)]
    entry: EntryRow,
}

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = Bool)]
    present: bool,
    #[diesel(sql_type = Nullable<Text>)]
    entity_type: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    entity_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    action: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    user_email: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    institution_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    counterpart_institution_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    changes: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    ip_address: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    user_agent: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    request_id: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    created_at: Option<i64>,
}

impl From<LinkRow> for Link {
    fn from(row: LinkRow) -> Self {
        Self {
            sequence: unsigned(row.sequence),
            encoding: row.encoding,
            previous_hash: row.previous_hash,
            entry_hash: row.entry_hash,
            entry_id: row.entry_id,
            entry: row.entry.recorded(row.entry_id),
        }
    }
}

impl EntryRow {
    fn recorded(self, id: Uuid) -> Option<RecordedEntry> {
        self.present.then(|| RecordedEntry {
            id,
            entity_type: self.entity_type.unwrap_or_default(),
            entity_id: self.entity_id.unwrap_or_default(),
            action: self.action.unwrap_or_default(),
            user_id: self.user_id,
            user_email: self.user_email,
            institution_id: self.institution_id,
            counterpart_institution_id: self.counterpart_institution_id,
            changes: self.changes.unwrap_or_default(),
            ip_address: self.ip_address,
            user_agent: self.user_agent,
            request_id: self.request_id,
            created_at: self.created_at.unwrap_or_default(),
        })
    }
}

#[derive(QueryableByName)]
struct PlaceRow {
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = Binary)]
    entry_hash: Vec<u8>,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// A number as the table keeps it; it cannot be negative.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads the next links with their entries.
pub(crate) async fn links_after(
    conn: &mut AsyncPgConnection,
    sequence: u64,
    limit: u32,
) -> Result<Vec<Link>, StoreError> {
    let statement = diesel::sql_query(
        "SELECT link.sequence, link.encoding, link.previous_hash, link.entry_hash, link.entry_id, \
                entry.id IS NOT NULL AS present, entry.entity_type, entry.entity_id, entry.action, entry.user_id, \
                entry.user_email, entry.institution_id, entry.counterpart_institution_id, \
                entry.changes::text AS changes, entry.ip_address, entry.user_agent, entry.request_id, \
                trunc(extract(epoch FROM entry.created_at) * 1000000)::bigint AS created_at \
         FROM (SELECT sequence, encoding, previous_hash, entry_hash, entry_id FROM audit_chain \
               WHERE sequence > $1 ORDER BY sequence LIMIT $2) AS link \
         LEFT JOIN audit_logs AS entry ON entry.id = link.entry_id ORDER BY link.sequence",
    )
    .bind::<BigInt, _>(signed(sequence))
    .bind::<BigInt, _>(i64::from(limit))
    .load::<LinkRow>(conn);
    let rows = measured(Operation::Select, TABLE, statement).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Reads the hash of a link.
pub(crate) async fn hash_at(
    conn: &mut AsyncPgConnection,
    sequence: u64,
) -> Result<Option<Hash>, StoreError> {
    let statement =
        diesel::sql_query("SELECT sequence, entry_hash FROM audit_chain WHERE sequence = $1")
            .bind::<BigInt, _>(signed(sequence))
            .get_result::<PlaceRow>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(|row| whole(&row.entry_hash)).transpose()
}

/// Reads number and hash of the newest link.
pub(crate) async fn newest(
    conn: &mut AsyncPgConnection,
) -> Result<Option<(u64, Hash)>, StoreError> {
    let statement = diesel::sql_query(
        "SELECT sequence, entry_hash FROM audit_chain ORDER BY sequence DESC LIMIT 1",
    )
    .get_result::<PlaceRow>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    row.map(|row| Ok((unsigned(row.sequence), whole(&row.entry_hash)?)))
        .transpose()
}

/// Counts the entries of the record, linked or not.
pub(crate) async fn count_entries(conn: &mut AsyncPgConnection) -> Result<u64, StoreError> {
    let statement =
        diesel::sql_query("SELECT count(*) AS count FROM audit_logs").get_result::<CountRow>(conn);
    let row = measured(Operation::Select, "audit_logs", statement).await?;
    Ok(unsigned(row.count))
}

/// Reads the oldest entry that has no link.
pub(crate) async fn first_unchained(
    conn: &mut AsyncPgConnection,
) -> Result<Option<Uuid>, StoreError> {
    let statement = diesel::sql_query(
        "SELECT entry.id FROM audit_logs AS entry \
         WHERE NOT EXISTS (SELECT 1 FROM audit_chain AS link WHERE link.entry_id = entry.id) \
         ORDER BY entry.created_at, entry.id LIMIT 1",
    )
    .get_result::<IdRow>(conn);
    let row = measured(Operation::Select, TABLE, async {
        statement.await.optional()
    })
    .await?;
    Ok(row.map(|row| row.id))
}

fn whole(bytes: &[u8]) -> Result<Hash, StoreError> {
    bytes
        .try_into()
        .map_err(|_error| StoreError::Corrupt(hex::encode(bytes)))
}
