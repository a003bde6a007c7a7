//! `GET /credentials/{id}/prerequisites`

use actix_web::web;
use domain::id::MicroCredentialId;

use crate::dto::outcome::{PartOf, Prerequisite, prerequisites};
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Lists the prerequisites of a micro-credential in their order.
///
/// Whoever may see the micro-credential.
#[utoipa::path(
    get,
    path = "/api/v1/credentials/{id}/prerequisites",
    operation_id = "listPrerequisites",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier of the micro-credential.")),
    responses((status = 200, description = "All of them.", body = Success<Vec<Prerequisite>>))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
) -> Result<Versioned<PartOf<Vec<Prerequisite>>>, ApiError> {
    let found = state.credentials.get_credential(&caller, id.0).await?;
    Ok(Versioned(prerequisites(found.credential)))
}
