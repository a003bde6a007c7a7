//! `GET /credentials/{id}/outcomes`

use actix_web::web;
use domain::id::MicroCredentialId;

use crate::dto::outcome::{LearningOutcome, PartOf, outcomes};
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Lists the outcomes of a micro-credential in their order.
///
/// Whoever may see the micro-credential.
#[utoipa::path(
    get,
    path = "/api/v1/credentials/{id}/outcomes",
    operation_id = "listOutcomes",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier of the micro-credential.")),
    responses((status = 200, description = "All of them.", body = Success<Vec<LearningOutcome>>))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
) -> Result<Versioned<PartOf<Vec<LearningOutcome>>>, ApiError> {
    let found = state.credentials.get_credential(&caller, id.0).await?;
    Ok(Versioned(outcomes(found.credential)))
}
