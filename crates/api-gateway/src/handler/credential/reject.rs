//! `POST /credentials/{id}/reject`

use actix_web::web;
use domain::id::MicroCredentialId;
use domain::workflow::CredentialTransition;

use crate::dto::credential::Credential;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Sends a micro-credential back to its writers.
///
/// Administrators of its institution. `UNDER_REVIEW` → `DRAFT`.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/reject",
    operation_id = "rejectCredential",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands.", body = Success<Credential>)),
    security(("bearer" = []))
)]
pub(crate) async fn reject(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    seen: IfMatch,
) -> Result<Versioned<Credential>, ApiError> {
    let step = CredentialTransition::Reject;
    let moved = state
        .credentials
        .transition_credential(&caller, id.0, step, seen.0)
        .await?;
    Ok(Versioned(moved.into()))
}
