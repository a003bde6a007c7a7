//! Lists institutions.

use domain::Failure;
use domain::institution::Institution;
use domain::page::{Page, PageRequest};
use domain::policy::Action;
use protocol::Caller;

use crate::state::State;
use crate::store::Mode;
use crate::store::institutions::{self, InstitutionFilter};

/// Reads one page.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    filter: InstitutionFilter,
    page: PageRequest,
) -> Result<Page<Institution>, Failure> {
    caller.authorize(Action::ReadCatalogue, None)?;
    let mut transaction = state
        .database
        .read_anywhere(Mode::Snapshot, caller.deadline)
        .await?;
    let rows = institutions::list(&mut transaction, &filter, &page).await?;
    transaction.commit().await?;
    Ok(rows)
}
