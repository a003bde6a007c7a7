//! Reads one pathway.

use domain::Failure;
use domain::id::PathwayId;
use domain::pathway::Pathway;
use domain::policy::Action;
use protocol::Caller;

use super::shown;
use crate::state::State;
use crate::store::Mode;
use crate::store::pathways;
use crate::usecase::authority;

/// Reads one pathway, if the caller may see it.
pub(crate) async fn get(state: &State, caller: &Caller, id: PathwayId) -> Result<Pathway, Failure> {
    caller.authorize(Action::ReadCatalogue, None)?;
    let (mut transaction, visibility) = authority::begin_read(state, caller, Mode::Keys).await?;
    let pathway = pathways::find(&mut transaction, visibility, id)
        .await?
        .ok_or_else(|| Failure::not_found("pathway"))?;
    transaction.commit().await?;
    Ok(shown(caller, pathway))
}
