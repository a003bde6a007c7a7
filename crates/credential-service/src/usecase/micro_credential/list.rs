//! Lists micro-credentials.

use domain::Failure;
use domain::micro_credential::MicroCredential;
use domain::page::{Page, PageRequest};
use domain::policy::Action;
use protocol::Caller;

use crate::state::State;
use crate::store::Mode;
use crate::store::micro_credentials::{self, CredentialFilter};
use crate::usecase::authority;

/// Reads one page of what the caller may see.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    filter: CredentialFilter,
    page: PageRequest,
) -> Result<Page<MicroCredential>, Failure> {
    caller.authorize(Action::ReadCatalogue, None)?;
    let (mut transaction, visibility) =
        authority::begin_read(state, caller, Mode::Snapshot).await?;
    let rows = micro_credentials::list(&mut transaction, visibility, &filter, &page).await?;
    transaction.commit().await?;
    Ok(rows)
}
