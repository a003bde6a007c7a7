//! Exchanges a refresh token for its successor.
//!
//! # A token that comes back
//! Two tabs refresh at once, or an answer is lost on the way: within `REFRESH_REUSE_GRACE` of its first use a token is
//! answered with the very same successor again. Nothing usable is stored for that: the successor is an HMAC of a random
//! salt, which the used token's row keeps, under the token itself, which only its holder has. After the grace a token
//! that comes back has been copied, and the whole session ends, whoever holds the newest token.

use chrono::{DateTime, Utc};
use domain::id::{SessionId, UserId};
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use domain::{ErrorCode, Failure};
use protocol::Caller;
use serde_json::{Value, json};

use super::OpenSession;
use super::revoke::{Which, end_sessions};
use crate::secret::refresh_token::RefreshToken;
use crate::state::State;
use crate::store::sessions::{self, EndReason, TokenOwner, UsedToken};
use crate::store::{Transaction, users};
use crate::usecase::authority::account_disabled;
use crate::usecase::record::{Announced, Author, Change, record};

/// Exchanges a refresh token for its successor.
///
/// Using a token up is one statement, so of many at once exactly one makes a successor and the others are given the
/// same one. The session keeps the end it was opened with.
///
/// # Errors
/// `TOKEN_INVALID` for an unknown, ended or repeated token, `ACCOUNT_DISABLED`.
pub(crate) async fn refresh(
    state: &State,
    caller: &Caller,
    token: &str,
) -> Result<OpenSession, Failure> {
    caller.authorize(Action::OpenSession, None)?;
    let Some(presented) = RefreshToken::parse(token) else {
        return Err(refused());
    };
    let now = crate::clock::now();
    let mut transaction = state.database.write(caller.deadline).await?;
    let hash = presented.hash();
    let salt: [u8; 32] = rand::random();
    let (owner, successor) = match sessions::use_token(&mut transaction, &hash, &salt, now).await? {
        Some(owner) => {
            let successor = presented.successor(&salt)?;
            let session = SessionId::from(owner.session_id);
            sessions::insert_token(&mut transaction, session, &successor.hash()).await?;
            (owner, successor)
        }
        None => {
            let Some(used) = sessions::find_used_token(&mut transaction, &hash).await? else {
                return Err(refused());
            };
            if used.used_at + state.refresh_grace < now {
                end_family(transaction, caller, used.owner, now).await?;
                return Err(refused());
            }
            again(&presented, &used, now)?
        }
    };
    // Held: who changes the person's role waits, or has done so before, and the token says what holds from `read_at` on.
    let (user, read_at) = users::share(&mut transaction, owner.user_id.into())
        .await?
        .ok_or_else(refused)?;
    if !user.is_active {
        return Err(account_disabled());
    }
    transaction.commit().await?;
    Ok(OpenSession {
        user,
        read_at,
        session_id: SessionId::from(owner.session_id),
        refresh_token: successor,
        expires_at: owner.expires_at,
    })
}

fn refused() -> Failure {
    Failure::new(
        ErrorCode::TokenInvalid,
        "the refresh token is not valid any more; sign in again",
    )
}

/// The same answer for a token that comes back within the grace, unless its session is over.
fn again(
    presented: &RefreshToken,
    used: &UsedToken,
    now: DateTime<Utc>,
) -> Result<(TokenOwner, RefreshToken), Failure> {
    let salt = used.successor_salt.as_deref().ok_or_else(refused)?;
    if used.ended || used.owner.expires_at <= now {
        return Err(refused());
    }
    metrics::counter!("refresh_token_repeated_total").increment(1);
    Ok((used.owner, presented.successor(salt)?))
}

async fn end_family(
    mut transaction: Transaction,
    caller: &Caller,
    owner: TokenOwner,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let session = SessionId::from(owner.session_id);
    let user = UserId::from(owner.user_id);
    let which = Which::One(session);
    let ended = end_sessions(&mut transaction, user, which, EndReason::RefreshReuse, now).await?;
    if !ended.is_empty() {
        metrics::counter!("refresh_token_reuse_total").increment(1);
        let author = Author::of(caller, None);
        let institution_id = users::find(&mut transaction, owner.user_id.into())
            .await?
            .and_then(|user| user.institution_id);
        let change = Change {
            institution_id,
            ..reused(owner)
        };
        record(&mut transaction, &author, vec![change], now).await?;
    }
    transaction.commit().await
}

fn reused(owner: TokenOwner) -> Change {
    Change {
        entity_type: EntityType::User,
        entity_id: UserId::from(owner.user_id).uuid(),
        action: AuditAction::RefreshReuse,
        institution_id: None,
        counterpart_institution_id: None,
        before: Value::Null,
        after: json!({ "endedSession": owner.session_id }),
        announced: Announced::Nothing,
    }
}
