//! Lists accounts.

use domain::Failure;
use domain::account::User;
use domain::page::{Page, PageRequest};
use domain::policy::{Action, permits};
use protocol::Caller;

use crate::state::State;
use crate::store::users::{self, UserFilter};
use crate::usecase::authority;

/// Reads one page: everybody for platform administrators, the people of an institution for its administrators.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    mut filter: UserFilter,
    page: PageRequest,
) -> Result<Page<User>, Failure> {
    authority::authorize_somewhere(caller, Action::ReadUsers)?;
    let own = caller.principal.institution_id();
    let everywhere = permits(&caller.principal, Action::ReadUsers, None);
    let elsewhere = !everywhere && filter.institution_id.is_some_and(|id| Some(id) != own);
    if !everywhere {
        filter.institution_id = own;
    }
    let mut transaction = state.database.read(caller.deadline).await?;
    authority::confirm(&mut transaction, caller).await?;
    let rows = if elsewhere {
        // The people of another institution are not there for the caller.
        Page::new(Vec::new(), &page, 0)
    } else {
        users::list(&mut transaction, &filter, &page).await?
    };
    transaction.commit().await?;
    Ok(rows)
}
