//! Reads one account.

use domain::Failure;
use domain::account::User;
use domain::id::UserId;
use domain::policy::{Action, permits};
use protocol::Caller;

use crate::state::State;
use crate::store::users;
use crate::usecase::authority;

/// Reads an account that the caller may see.
///
/// # Errors
/// `NOT_FOUND`, also for one of another institution.
pub(crate) async fn get(state: &State, caller: &Caller, id: UserId) -> Result<User, Failure> {
    authority::authorize_somewhere(caller, Action::ReadUsers)?;
    let mut transaction = state.database.read(caller.deadline).await?;
    authority::confirm(&mut transaction, caller).await?;
    let found = users::find(&mut transaction, id).await?;
    transaction.commit().await?;
    found
        .filter(|user| permits(&caller.principal, Action::ReadUsers, user.institution_id))
        .ok_or_else(|| Failure::not_found("user"))
}
