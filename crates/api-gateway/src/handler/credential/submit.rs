//! `POST /credentials/{id}/submit`

use actix_web::web;
use domain::id::MicroCredentialId;
use domain::workflow::CredentialTransition;

use crate::dto::credential::Credential;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Hands a draft in for review.
///
/// Coordinators and administrators of its institution. `DRAFT` → `UNDER_REVIEW`.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/submit",
    operation_id = "submitCredential",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands.", body = Success<Credential>)),
    security(("bearer" = []))
)]
pub(crate) async fn submit(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
) -> Result<Answer<Credential>, ApiError> {
    let step = CredentialTransition::Submit;
    let moved = state
        .credentials
        .transition_credential(&caller, id.0, step)
        .await?;
    Ok(Answer(moved.into()))
}
