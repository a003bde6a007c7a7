//! Exchanges a refresh token for its successor.

use domain::id::{SessionId, UserId};
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use domain::{ErrorCode, Failure};
use protocol::Caller;
use serde_json::{Value, json};

use super::OpenSession;
use crate::secret::refresh_token::RefreshToken;
use crate::state::State;
use crate::store::sessions::{self, EndReason, TokenOwner};
use crate::store::{Transaction, users};
use crate::usecase::authority::account_disabled;
use crate::usecase::record::{Announced, Author, Change, record};

/// Exchanges a refresh token for its successor.
///
/// Using a token up is one statement, so of many at once exactly one gets a successor. A token that comes back after use
/// has been copied: its whole session ends, whoever holds the newer token. The session keeps the end it was opened with.
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
    let Some(owner) = sessions::use_token(&mut transaction, &hash, now).await? else {
        end_if_reused(transaction, caller, &hash).await?;
        return Err(refused());
    };
    let user = users::find(&mut transaction, owner.user_id.into())
        .await?
        .ok_or_else(refused)?;
    if !user.is_active {
        return Err(account_disabled());
    }
    let successor = RefreshToken::generate();
    let session_id = SessionId::from(owner.session_id);
    sessions::insert_token(&mut transaction, session_id, &successor.hash()).await?;
    transaction.commit().await?;
    Ok(OpenSession {
        user,
        session_id,
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

async fn end_if_reused(
    mut transaction: Transaction,
    caller: &Caller,
    hash: &[u8],
) -> Result<(), Failure> {
    let Some(owner) = sessions::find_used_token(&mut transaction, hash).await? else {
        return Ok(());
    };
    let now = crate::clock::now();
    let session = SessionId::from(owner.session_id);
    if sessions::end(&mut transaction, session, EndReason::RefreshReuse, now).await? {
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
        before: Value::Null,
        after: json!({ "endedSession": owner.session_id }),
        announced: Announced::Nothing,
    }
}
