//! Lists recognitions.

use domain::Failure;
use domain::page::{Page, PageRequest};
use domain::policy::Action;
use domain::recognition::Recognition;
use protocol::Caller;

use crate::state::State;
use crate::store::Mode;
use crate::store::recognitions::{self, RecognitionFilter};

/// Reads one page.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    filter: RecognitionFilter,
    page: PageRequest,
) -> Result<Page<Recognition>, Failure> {
    caller.authorize(Action::ReadCatalogue, None)?;
    let mut transaction = state
        .database
        .read_anywhere(Mode::Snapshot, caller.deadline)
        .await?;
    let rows = recognitions::list(&mut transaction, &filter, &page).await?;
    transaction.commit().await?;
    Ok(rows)
}
