//! `GET /credentials/{id}/prerequisites`

use actix_web::web;
use domain::id::MicroCredentialId;

use crate::cache::{Kept, Key};
use crate::dto::outcome::{Prerequisite, prerequisites};
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Written};
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
) -> Result<Kept, ApiError> {
    let id = id.0;
    let read = async |caller: &Caller| {
        let found = state.credentials.get_credential(caller, id).await?;
        Written::versioned(&prerequisites(found.credential))
    };
    let key = Key::list_of_credential(id, "prerequisites");
    state.read_public(&caller, key, read).await
}
