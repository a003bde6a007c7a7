//! How far the log of changes is written on the primary and replayed on a replica, in bytes since the beginning.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::error::StoreError;

#[derive(diesel::QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    place: i64,
}

#[derive(diesel::QueryableByName)]
struct Replayed {
    #[diesel(sql_type = Nullable<BigInt>)]
    place: Option<i64>,
}

#[derive(diesel::QueryableByName)]
struct Identity {
    #[diesel(sql_type = Text)]
    identity: String,
}

/// The end of what the primary has written, every change that anybody can see there included.
pub(crate) async fn written(conn: &mut AsyncPgConnection) -> Result<i64, StoreError> {
    // Inserted, not flushed: with `synchronous_commit` off a change is seen before it is flushed.
    let statement =
        diesel::sql_query("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS place");
    Ok(statement.get_result::<Written>(conn).await?.place)
}

/// The end of what a replica has replayed; `None` on a server that is no replica.
pub(crate) async fn replayed(conn: &mut AsyncPgConnection) -> Result<Option<i64>, StoreError> {
    let statement = diesel::sql_query(
        "SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0')::bigint END AS place",
    );
    Ok(statement.get_result::<Replayed>(conn).await?.place)
}

/// What a primary and its replicas have in common and no other database has.
pub(crate) async fn identity(conn: &mut AsyncPgConnection) -> Result<String, StoreError> {
    let statement = diesel::sql_query(
        "SELECT system_identifier || ' ' || current_database() AS identity FROM pg_control_system()",
    );
    Ok(statement.get_result::<Identity>(conn).await?.identity)
}
