//! `PUT /credentials/{id}`

use actix_web::web;
use domain::id::MicroCredentialId;

use crate::dto::credential::{Credential, UpdateCredential};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Replaces the fields of a micro-credential, with its outcomes and prerequisites.
///
/// Coordinators and administrators of its institution, and platform administrators.
#[utoipa::path(
    put,
    path = "/api/v1/credentials/{id}",
    operation_id = "updateCredential",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier.")),
    request_body = UpdateCredential,
    responses((status = 200, description = "As it stands.", body = Success<Credential>)),
    security(("bearer" = []))
)]
pub(crate) async fn update(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    seen: IfMatch,
    input: ValidJson<UpdateCredential>,
) -> Result<Versioned<Credential>, ApiError> {
    let draft = input.0.into_domain()?;
    let updated = state
        .credentials
        .update_credential(&caller, id.0, draft, seen.0)
        .await?;
    Ok(Versioned(updated.into()))
}
