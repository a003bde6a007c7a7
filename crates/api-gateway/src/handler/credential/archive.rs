//! `POST /credentials/{id}/archive`

use actix_web::web;
use domain::id::MicroCredentialId;
use domain::workflow::CredentialTransition;

use crate::dto::credential::Credential;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Withdraws a published micro-credential.
///
/// Administrators of its institution. `PUBLISHED` → `ARCHIVED`. Its `ACTIVE` pathways become `ARCHIVED` with it, each with an
/// entry on record and the event `pathway.archived`.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/archive",
    operation_id = "archiveCredential",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands.", body = Success<Credential>)),
    security(("bearer" = []))
)]
pub(crate) async fn archive(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    seen: IfMatch,
) -> Result<Versioned<Credential>, ApiError> {
    let step = CredentialTransition::Archive;
    let moved = state
        .credentials
        .transition_credential(&caller, id.0, step, seen.0)
        .await?;
    Ok(Versioned(moved.into()))
}
