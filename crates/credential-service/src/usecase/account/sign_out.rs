//! Ends the session that somebody leaves.

use domain::Failure;
use domain::id::{SessionId, UserId};
use domain::policy::{Action, Principal};
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;
use serde_json::{Value, json};

use super::revoke::{Which, end_sessions};
use crate::secret::refresh_token::RefreshToken;
use crate::state::State;
use crate::store::sessions::{self, EndReason};
use crate::store::{Transaction, users};
use crate::usecase::record::{Announced, Author, Change, record};

/// Ends the session of the caller's token; a session that has ended stays so.
pub(crate) async fn sign_out(state: &State, caller: &Caller) -> Result<(), Failure> {
    caller.authorize(Action::OwnAccount, None)?;
    let Principal::User {
        user_id,
        session_id,
        ..
    } = &caller.principal
    else {
        return Ok(());
    };
    let mut transaction = state.database.write(caller.deadline).await?;
    end(&mut transaction, caller, *user_id, *session_id).await?;
    transaction.commit().await
}

/// Ends the session of a refresh token, for whoever holds it and no access token any more; says which session it is.
///
/// # Errors
/// The database refuses. A token that is not known ends nothing: whoever signs out has no use for more.
pub(crate) async fn sign_out_of(
    state: &State,
    caller: &Caller,
    token: &str,
) -> Result<Option<SessionId>, Failure> {
    caller.authorize(Action::OpenSession, None)?;
    let Some(token) = RefreshToken::parse(token) else {
        return Ok(None);
    };
    let mut transaction = state.database.write(caller.deadline).await?;
    let owner = sessions::owner_of_token(&mut transaction, &token.hash()).await?;
    let Some(owner) = owner else {
        return Ok(None);
    };
    let session = SessionId::from(owner.session_id);
    end(&mut transaction, caller, owner.user_id.into(), session).await?;
    transaction.commit().await?;
    Ok(Some(session))
}

async fn end(
    transaction: &mut Transaction,
    caller: &Caller,
    user_id: UserId,
    session: SessionId,
) -> Result<(), Failure> {
    let now = crate::clock::now();
    let (which, reason) = (Which::One(session), EndReason::SignOut);
    let ended = end_sessions(transaction, user_id, which, reason, now).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let user = users::find(transaction, user_id).await?;
    let institution_id = user.as_ref().and_then(|user| user.institution_id);
    let author = Author::of(caller, user.map(|user| (user.id, user.email)));
    let change = Change {
        entity_type: EntityType::User,
        entity_id: user_id.uuid(),
        action: AuditAction::Logout,
        institution_id,
        counterpart_institution_id: None,
        before: Value::Null,
        after: json!({ "endedSession": session }),
        announced: Announced::Nothing,
    };
    record(transaction, &author, vec![change], now).await?;
    Ok(())
}
