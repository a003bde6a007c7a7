//! Reads one institution.

use domain::Failure;
use domain::id::InstitutionId;
use domain::institution::{Institution, InstitutionStats};
use domain::policy::Action;
use protocol::Caller;

use crate::state::State;
use crate::store::Mode;
use crate::store::institutions;

/// Reads one institution with its figures.
pub(crate) async fn get(
    state: &State,
    caller: &Caller,
    id: InstitutionId,
) -> Result<(Institution, InstitutionStats), Failure> {
    caller.authorize(Action::ReadCatalogue, None)?;
    let mut transaction = state
        .database
        .read_anywhere(Mode::Keys, caller.deadline)
        .await?;
    let institution = institutions::find(&mut transaction, id)
        .await?
        .ok_or_else(|| Failure::not_found("institution"))?;
    let stats = institutions::stats(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok((institution, stats))
}
