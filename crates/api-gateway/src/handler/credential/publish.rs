//! `POST /credentials/{id}/publish`

use actix_web::web;
use domain::id::MicroCredentialId;
use domain::workflow::CredentialTransition;

use crate::dto::credential::Credential;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Makes a reviewed micro-credential public.
///
/// Coordinators and administrators of its institution; at least one core outcome is needed. `UNDER_REVIEW` → `PUBLISHED`.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/publish",
    operation_id = "publishCredential",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands.", body = Success<Credential>)),
    security(("bearer" = []))
)]
pub(crate) async fn publish(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    seen: IfMatch,
) -> Result<Versioned<Credential>, ApiError> {
    let step = CredentialTransition::Publish;
    let moved = state
        .credentials
        .transition_credential(&caller, id.0, step, seen.0)
        .await?;
    Ok(Versioned(moved.into()))
}
