//! Reads the caller's own account.

use domain::Failure;
use domain::account::User;
use domain::policy::{Action, Principal};
use protocol::Caller;

use crate::state::State;
use crate::store::users;
use crate::usecase::authority::{account_disabled, session_over};

/// Reads the caller's own account.
///
/// # Errors
/// `NOT_FOUND` when it is gone, `ACCOUNT_DISABLED`, `TOKEN_INVALID` when the session has ended.
pub(crate) async fn get_own(state: &State, caller: &Caller) -> Result<User, Failure> {
    caller.authorize(Action::OwnAccount, None)?;
    let Principal::User {
        user_id,
        session_id,
        ..
    } = &caller.principal
    else {
        return Err(Failure::not_found("account"));
    };
    let mut transaction = state.database.read(caller.deadline).await?;
    let found =
        users::find_with_session(&mut transaction, *user_id, *session_id, crate::clock::now())
            .await?;
    transaction.commit().await?;
    let Some((user, running)) = found else {
        return Err(Failure::not_found("account"));
    };
    if !user.is_active {
        return Err(account_disabled());
    }
    if !running {
        return Err(session_over());
    }
    Ok(user)
}
