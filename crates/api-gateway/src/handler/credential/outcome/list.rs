//! `GET /credentials/{id}/outcomes`

use actix_web::web;
use domain::id::MicroCredentialId;

use crate::cache::{Kept, Key};
use crate::dto::outcome::{LearningOutcome, outcomes};
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Written};
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
) -> Result<Kept, ApiError> {
    let id = id.0;
    let read = async |caller: &Caller| {
        let found = state.credentials.get_credential(caller, id).await?;
        Written::versioned(&outcomes(found.credential))
    };
    let key = Key::list_of_credential(id, "outcomes");
    state.read_public(&caller, key, read).await
}
