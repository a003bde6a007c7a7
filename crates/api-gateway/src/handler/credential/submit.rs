//! `POST /credentials/{id}/submit`

use actix_web::web;
use domain::id::MicroCredentialId;
use domain::workflow::CredentialTransition;

use crate::dto::credential::Credential;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
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
    seen: IfMatch,
) -> Result<Versioned<Credential>, ApiError> {
    let step = CredentialTransition::Submit;
    let moved = state
        .credentials
        .transition_credential(&caller, id.0, step, seen.0)
        .await?;
    Ok(Versioned(moved.into()))
}
