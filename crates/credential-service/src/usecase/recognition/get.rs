//! Reads one recognition.

use domain::Failure;
use domain::id::RecognitionId;
use domain::policy::Action;
use domain::recognition::Recognition;
use protocol::Caller;

use crate::state::State;
use crate::store::Mode;
use crate::store::recognitions;

/// Reads one recognition.
pub(crate) async fn get(
    state: &State,
    caller: &Caller,
    id: RecognitionId,
) -> Result<Recognition, Failure> {
    caller.authorize(Action::ReadCatalogue, None)?;
    let mut transaction = state
        .database
        .read_anywhere(Mode::Keys, caller.deadline)
        .await?;
    let recognition = recognitions::find_many(&mut transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or_else(|| Failure::not_found("recognition"))?;
    transaction.commit().await?;
    Ok(recognition)
}
