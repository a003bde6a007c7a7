//! Tables `sessions` and `refresh_tokens`. A token is stored as its SHA-256 only.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::account::Session;
use domain::id::{SessionId, UserId};
use uuid::Uuid;

use super::error::StoreError;
use super::measure::{Operation, measured};
use super::schema::{refresh_tokens, sessions};

const SESSIONS: &str = "sessions";
const TOKENS: &str = "refresh_tokens";
/// Sessions that one answer lists; nobody has so many at once.
const MOST_LISTED: i64 = 500;

/// A session to be opened.
#[derive(Debug)]
pub(crate) struct NewSession<'caller> {
    /// Identifier.
    pub(crate) id: SessionId,
    /// Whose it is.
    pub(crate) user_id: UserId,
    /// When it ends whatever happens.
    pub(crate) expires_at: DateTime<Utc>,
    /// Address of the client.
    pub(crate) ip_address: Option<String>,
    /// User agent of the client.
    pub(crate) user_agent: Option<&'caller str>,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EndReason {
    /// The person signed out.
    SignOut,
    /// A refresh token came back after use.
    RefreshReuse,
    /// The password was reset by a link or by an operator.
    PasswordReset,
    /// The person chose another password in another session.
    PasswordChange,
    /// The account was disabled.
    AccountDisabled,
    /// The person or an administrator ended it.
    Ended,
}

impl EndReason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignOut => "SIGN_OUT",
            Self::RefreshReuse => "REFRESH_REUSE",
            Self::PasswordReset => "PASSWORD_RESET",
            Self::PasswordChange => "PASSWORD_CHANGE",
            Self::AccountDisabled => "ACCOUNT_DISABLED",
            Self::Ended => "ENDED",
        }
    }
}

/// Whose session a refresh token belongs to.
#[derive(Clone, Copy, Debug, Queryable)]
pub(crate) struct TokenOwner {
    /// The session.
    pub(crate) session_id: Uuid,
    /// The person.
    pub(crate) user_id: Uuid,
    /// When the session ends whatever happens.
    pub(crate) expires_at: DateTime<Utc>,
}

/// A token that has been used.
#[derive(Clone, Debug, Queryable)]
pub(crate) struct UsedToken {
    /// Whose it is.
    pub(crate) owner: TokenOwner,
    /// When it was first used.
    pub(crate) used_at: DateTime<Utc>,
    /// What makes its successor, together with the token.
    pub(crate) successor_salt: Option<Vec<u8>>,
    /// Whether the session has ended.
    pub(crate) ended: bool,
}

/// Opens a session.
pub(crate) async fn insert(
    conn: &mut AsyncPgConnection,
    session: &NewSession<'_>,
) -> Result<(), StoreError> {
    let statement = diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id.uuid()),
            sessions::user_id.eq(session.user_id.uuid()),
            sessions::expires_at.eq(session.expires_at),
            sessions::ip_address.eq(session.ip_address.as_deref()),
            sessions::user_agent.eq(session.user_agent),
        ))
        .execute(conn);
    measured(Operation::Insert, SESSIONS, statement).await?;
    Ok(())
}

/// Adds the next token of a session.
pub(crate) async fn insert_token(
    conn: &mut AsyncPgConnection,
    session: SessionId,
    hash: &[u8],
) -> Result<(), StoreError> {
    let statement = diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::id.eq(Uuid::now_v7()),
            refresh_tokens::session_id.eq(session.uuid()),
            refresh_tokens::token_hash.eq(hash),
        ))
        .execute(conn);
    measured(Operation::Insert, TOKENS, statement).await?;
    Ok(())
}

/// Uses a token up, in one statement: of many at once, one gets the row and the others get nothing.
pub(crate) async fn use_token(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
    successor_salt: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<TokenOwner>, StoreError> {
    let running = sessions::table
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .select(sessions::id);
    let statement = diesel::update(
        refresh_tokens::table
            .filter(refresh_tokens::token_hash.eq(hash))
            .filter(refresh_tokens::used_at.is_null())
            .filter(refresh_tokens::session_id.eq_any(running)),
    )
    .set((
        refresh_tokens::used_at.eq(now),
        refresh_tokens::successor_salt.eq(successor_salt),
    ))
    .returning(refresh_tokens::session_id)
    .get_result::<Uuid>(conn);
    let used = measured(Operation::Update, TOKENS, async {
        statement.await.optional()
    })
    .await?;
    match used {
        None => Ok(None),
        Some(session) => {
            let statement = sessions::table
                .find(session)
                .select((sessions::id, sessions::user_id, sessions::expires_at))
                .first(conn);
            measured(Operation::Select, SESSIONS, statement)
                .await
                .map(Some)
        }
    }
}

/// Reads whose token this was, if it has been used.
pub(crate) async fn find_used_token(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
) -> Result<Option<UsedToken>, StoreError> {
    let statement = refresh_tokens::table
        .inner_join(sessions::table)
        .filter(refresh_tokens::token_hash.eq(hash))
        .filter(refresh_tokens::used_at.is_not_null())
        .select((
            (sessions::id, sessions::user_id, sessions::expires_at),
            refresh_tokens::used_at.assume_not_null(),
            refresh_tokens::successor_salt,
            sessions::ended_at.is_not_null(),
        ))
        .first(conn);
    measured(Operation::Select, TOKENS, async {
        statement.await.optional()
    })
    .await
}

/// Reads whose token this is or was.
pub(crate) async fn owner_of_token(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
) -> Result<Option<TokenOwner>, StoreError> {
    let statement = refresh_tokens::table
        .inner_join(sessions::table)
        .filter(refresh_tokens::token_hash.eq(hash))
        .select((sessions::id, sessions::user_id, sessions::expires_at))
        .first(conn);
    measured(Operation::Select, TOKENS, async {
        statement.await.optional()
    })
    .await
}

/// Ends a running session of a person; empty when there is none with this identifier.
pub(crate) async fn end(
    conn: &mut AsyncPgConnection,
    user: UserId,
    session: SessionId,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, StoreError> {
    let statement = diesel::update(
        sessions::table
            .find(session.uuid())
            .filter(sessions::user_id.eq(user.uuid()))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::expires_at.gt(now)),
    )
    .set((
        sessions::ended_at.eq(now),
        sessions::end_reason.eq(reason.as_str()),
    ))
    .returning(sessions::id)
    .get_results::<Uuid>(conn);
    let ended = measured(Operation::Update, SESSIONS, statement).await?;
    Ok(ended.into_iter().map(Into::into).collect())
}

/// Ends the running sessions of a person, except one if it is named; returns those that ended by this.
pub(crate) async fn end_all(
    conn: &mut AsyncPgConnection,
    user: UserId,
    except: Option<SessionId>,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, StoreError> {
    let statement = diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(user.uuid()))
            .filter(sessions::id.ne(except.map_or(Uuid::nil(), SessionId::uuid)))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::expires_at.gt(now)),
    )
    .set((
        sessions::ended_at.eq(now),
        sessions::end_reason.eq(reason.as_str()),
    ))
    .returning(sessions::id)
    .get_results::<Uuid>(conn);
    let ended = measured(Operation::Update, SESSIONS, statement).await?;
    Ok(ended.into_iter().map(Into::into).collect())
}

type SessionRow = (
    Uuid,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<String>,
    Option<String>,
);

/// Reads the running sessions of a person, newest first.
pub(crate) async fn running(
    conn: &mut AsyncPgConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, StoreError> {
    let statement = sessions::table
        .filter(sessions::user_id.eq(user.uuid()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .limit(MOST_LISTED)
        .select((
            sessions::id,
            sessions::created_at,
            sessions::expires_at,
            sessions::ip_address,
            sessions::user_agent,
        ))
        .load::<SessionRow>(conn);
    let rows = measured(Operation::Select, SESSIONS, statement).await?;
    Ok(rows
        .into_iter()
        .map(
            |(id, created_at, expires_at, ip_address, user_agent)| Session {
                id: id.into(),
                created_at,
                expires_at,
                ip_address,
                user_agent,
            },
        )
        .collect())
}

/// Reads which sessions ended since a moment.
pub(crate) async fn ended_since(
    conn: &mut AsyncPgConnection,
    since: DateTime<Utc>,
) -> Result<Vec<SessionId>, StoreError> {
    let statement = sessions::table
        .filter(sessions::ended_at.gt(since))
        .select(sessions::id)
        .load::<Uuid>(conn);
    let ended = measured(Operation::Select, SESSIONS, statement).await?;
    Ok(ended.into_iter().map(Into::into).collect())
}

/// Removes sessions that ended before an age, some at once, with their refresh tokens. Returns how many.
pub(crate) async fn prune(
    conn: &mut AsyncPgConnection,
    age: Duration,
    count: i64,
) -> Result<usize, StoreError> {
    let statement = diesel::sql_query(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions \
             WHERE ended_at < now() - make_interval(secs => $1) OR expires_at < now() - make_interval(secs => $1) \
             LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Double, _>(age.as_secs_f64())
    .bind::<BigInt, _>(count)
    .execute(conn);
    measured(Operation::Delete, SESSIONS, statement).await
}
