//! `GET /credentials/{id}`

use actix_web::web;
use domain::id::MicroCredentialId;

use crate::dto::credential::CredentialDetail;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Versioned};
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
) -> Result<Versioned<CredentialDetail>, ApiError> {
    let found = state.credentials.get_credential(&caller, id.0).await?;
    Ok(Versioned(found.into()))
}
