//! Table `account_tokens`: one-time links. A token is stored as its SHA-256 only.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::id::UserId;
use uuid::Uuid;

use super::error::{StoreError, known};
use super::measure::{Operation, measured};
use super::schema::account_tokens;

const TABLE: &str = "account_tokens";

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Choose another password.
    PasswordReset,
    /// Choose the first password.
    Invitation,
    /// Confirm another e-mail address.
    EmailChange,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "PASSWORD_RESET",
            Self::Invitation => "INVITATION",
            Self::EmailChange => "EMAIL_CHANGE",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::PasswordReset, Self::Invitation, Self::EmailChange]
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
    }
}

/// A token to be recorded.
#[derive(Debug)]
pub(crate) struct NewAccountToken<'link> {
    /// Whose it is.
    pub(crate) user_id: UserId,
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// What is stored of it.
    pub(crate) hash: [u8; 32],
    /// The address to confirm.
    pub(crate) new_email: Option<&'link str>,
    /// Until when it can be used.
    pub(crate) expires_at: DateTime<Utc>,
}

/// A token that has just been used.
#[derive(Debug)]
pub(crate) struct UsedAccountToken {
    /// Whose it is.
    pub(crate) user_id: UserId,
    /// What it was for.
    pub(crate) purpose: Purpose,
    /// The address to confirm.
    pub(crate) new_email: Option<String>,
}

/// Records a token.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    token: &NewAccountToken<'_>,
) -> Result<(), StoreError> {
    let statement = diesel::insert_into(account_tokens::table)
        .values((
            account_tokens::id.eq(Uuid::now_v7()),
            account_tokens::user_id.eq(token.user_id.uuid()),
            account_tokens::purpose.eq(token.purpose.as_str()),
            account_tokens::token_hash.eq(token.hash.as_slice()),
            account_tokens::new_email.eq(token.new_email),
            account_tokens::expires_at.eq(token.expires_at),
        ))
        .execute(conn);
    measured(Operation::Insert, TABLE, statement).await?;
    Ok(())
}

/// Uses a token up, in one statement: of many at once, one gets the row. From the address `used_from`, if there is one, its
/// owner may sign in as from a known one.
pub(crate) async fn use_up(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
    purposes: &[Purpose],
    used_from: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<UsedAccountToken>, StoreError> {
    let purposes: Vec<&str> = purposes.iter().map(|purpose| purpose.as_str()).collect();
    let statement = diesel::update(
        account_tokens::table
            .filter(account_tokens::token_hash.eq(hash))
            .filter(account_tokens::purpose.eq_any(purposes))
            .filter(account_tokens::used_at.is_null())
            .filter(account_tokens::expires_at.gt(now)),
    )
    .set((
        account_tokens::used_at.eq(now),
        account_tokens::used_from.eq(used_from),
    ))
    .returning((
        account_tokens::user_id,
        account_tokens::purpose,
        account_tokens::new_email,
    ))
    .get_result::<(Uuid, String, Option<String>)>(conn);
    let used = measured(Operation::Update, TABLE, async {
        statement.await.optional()
    })
    .await?;
    used.map(|(user_id, purpose, new_email)| {
        Ok(UsedAccountToken {
            user_id: user_id.into(),
            purpose: known(&purpose, Purpose::parse)?,
            new_email,
        })
    })
    .transpose()
}

/// Makes every unused token of a person worthless.
pub(crate) async fn withdraw_all(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statement = diesel::update(
        account_tokens::table
            .filter(account_tokens::user_id.eq(user.uuid()))
            .filter(account_tokens::used_at.is_null()),
    )
    .set(account_tokens::used_at.eq(now))
    .execute(conn);
    measured(Operation::Update, TABLE, statement).await?;
    Ok(())
}

/// Counts the tokens that a person was sent since a moment.
pub(crate) async fn count_since(
    conn: &mut AsyncPgConnection,
    user: UserId,
    purpose: Purpose,
    since: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let statement = account_tokens::table
        .filter(account_tokens::user_id.eq(user.uuid()))
        .filter(account_tokens::purpose.eq(purpose.as_str()))
        .filter(account_tokens::created_at.gt(since))
        .count()
        .get_result(conn);
    measured(Operation::Select, TABLE, statement).await
}

/// Removes tokens that expired before an age, some at once. Returns how many.
pub(crate) async fn prune(
    conn: &mut AsyncPgConnection,
    age: Duration,
    count: i64,
) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "DELETE FROM account_tokens WHERE id IN (SELECT id FROM account_tokens \
             WHERE expires_at < now() - make_interval(secs => $1) LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Double, _>(age.as_secs_f64())
    .bind::<BigInt, _>(count)
    .execute(conn);
    measured(Operation::Delete, TABLE, statement).await
}
