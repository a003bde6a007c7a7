//! `GET /credentials/{id}`

use actix_web::web;
use domain::id::MicroCredentialId;

use crate::cache::{Kept, Key};
use crate::dto::credential::CredentialDetail;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Written};
use crate::state::AppState;

/// Reads a micro-credential with everything that belongs to it.
///
/// Anyone may when it is published, else only people of its institution.
#[utoipa::path(
    get,
    path = "/api/v1/credentials/{id}",
    operation_id = "getCredential",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The micro-credential with outcomes, prerequisites, recognitions and pathways.", body = Success<CredentialDetail>))
)]
pub(crate) async fn get(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
) -> Result<Kept, ApiError> {
    let id = id.0;
    let read = async |caller: &Caller| {
        let found = state.credentials.get_credential(caller, id).await?;
        Written::versioned(&CredentialDetail::from(found))
    };
    state.read_public(&caller, Key::credential(id), read).await
}
