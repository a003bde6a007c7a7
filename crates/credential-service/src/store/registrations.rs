//! Table `registrations`: requests for an account. A link is stored as its SHA-256 only.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::UserId;
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::registrations;
use super::users::lower;

const TABLE: &str = "registrations";

/// A request to be recorded.
#[derive(Debug)]
pub(crate) struct NewRegistration<'person> {
    /// Identifier, which becomes that of the account.
    pub(crate) id: UserId,
    /// E-mail.
    pub(crate) email: &'person str,
    /// What the account will be; `None` when the address has one already, so that nothing can come of the request.
    pub(crate) account: Option<PendingAccount<'person>>,
    /// When it was made.
    pub(crate) created_at: DateTime<Utc>,
    /// Until when it can be confirmed.
    pub(crate) expires_at: DateTime<Utc>,
}

/// An account that waits for its address to be confirmed.
#[derive(Debug)]
pub(crate) struct PendingAccount<'person> {
    /// What is stored of the link.
    pub(crate) token_hash: [u8; 32],
    /// Hash of the password.
    pub(crate) password_hash: &'person str,
    /// Given name.
    pub(crate) first_name: &'person str,
    /// Family name.
    pub(crate) last_name: &'person str,
}

/// A request that has just been confirmed.
#[derive(Debug, Queryable)]
pub(crate) struct Confirmed {
    /// Identifier of the account.
    pub(crate) id: Uuid,
    /// E-mail.
    pub(crate) email: String,
    /// Hash of the password.
    pub(crate) password_hash: String,
    /// Given name.
    pub(crate) first_name: String,
    /// Family name.
    pub(crate) last_name: String,
}

/// Records a request.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    new: &NewRegistration<'_>,
) -> Result<(), StoreError> {
    let account = new.account.as_ref();
    let statement = diesel::insert_into(registrations::table)
        .values((
            registrations::id.eq(new.id.uuid()),
            registrations::email.eq(new.email),
            registrations::token_hash.eq(account.map(|it| it.token_hash.as_slice())),
            registrations::password_hash.eq(account.map(|it| it.password_hash)),
            registrations::first_name.eq(account.map(|it| it.first_name)),
            registrations::last_name.eq(account.map(|it| it.last_name)),
            registrations::created_at.eq(new.created_at),
            registrations::expires_at.eq(new.expires_at),
        ))
        .execute(conn);
    measured(Operation::Insert, TABLE, statement).await?;
    Ok(())
}

/// Keeps others from counting the requests for an address until the transaction ends, whether it has any or not.
pub(crate) async fn lock_address(
    conn: &mut AsyncPgConnection,
    email: &str,
) -> Result<(), StoreError> {
    // The second number is arbitrary and ours.
    let statement =
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended(lower($1), 7217480))")
            .bind::<Text, _>(email)
            .execute(conn);
    measured(Operation::Select, TABLE, statement).await?;
    Ok(())
}

/// Counts the requests for an address since a moment, without regard to case.
pub(crate) async fn count_since(
    conn: &mut AsyncPgConnection,
    email: &str,
    since: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let statement = registrations::table
        .filter(lower(registrations::email).eq(lower(email)))
        .filter(registrations::created_at.gt(since))
        .count()
        .get_result(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Takes a request by its link, in one statement: of many at once, one gets the row.
pub(crate) async fn take(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Confirmed>, StoreError> {
    let statement = diesel::delete(
        registrations::table
            .filter(registrations::token_hash.eq(hash))
            .filter(registrations::expires_at.gt(now)),
    )
    .returning((
        registrations::id,
        registrations::email,
        registrations::password_hash.assume_not_null(),
        registrations::first_name.assume_not_null(),
        registrations::last_name.assume_not_null(),
    ))
    .get_result(conn);
    measured(Operation::Delete, TABLE, async {
        statement.await.optional()
    })
    .await
}

/// Removes every request for an address.
pub(crate) async fn withdraw(conn: &mut AsyncPgConnection, email: &str) -> Result<(), StoreError> {
    let statement =
        diesel::delete(registrations::table.filter(lower(registrations::email).eq(lower(email))))
            .execute(conn);
    measured(Operation::Delete, TABLE, statement).await?;
    Ok(())
}

/// Removes requests that nobody confirmed in time, at most so many; returns how many.
pub(crate) async fn prune_unconfirmed(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    most: i64,
) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "DELETE FROM registrations WHERE id IN ( \
             SELECT id FROM registrations WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(most)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await
}
