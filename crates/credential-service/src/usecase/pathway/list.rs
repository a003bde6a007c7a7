//! Lists pathways.

use domain::Failure;
use domain::page::{Page, PageRequest};
use domain::pathway::Pathway;
use domain::policy::Action;
use protocol::Caller;

use super::shown;
use crate::state::State;
use crate::store::Mode;
use crate::store::pathways::{self, PathwayFilter};
use crate::usecase::authority;

/// Reads one page of what the caller may see.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    filter: PathwayFilter,
    page: PageRequest,
) -> Result<Page<Pathway>, Failure> {
    caller.authorize(Action::ReadCatalogue, None)?;
    let (mut transaction, visibility) =
        authority::begin_read(state, caller, Mode::Snapshot).await?;
    let rows = pathways::list(&mut transaction, visibility, &filter, &page).await?;
    transaction.commit().await?;
    Ok(rows.map(|pathway| shown(caller, pathway)))
}
