//! `DELETE /credentials/{id}`

use actix_web::web;
use domain::id::MicroCredentialId;

use crate::dto::credential::Credential;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Withdraws a micro-credential, wherever it stands in its workflow.
///
/// Administrators of its institution, and platform administrators. It becomes `ARCHIVED` and stays on record for its
/// institution, with its program code; for everyone else it answers 410 when it was public, else 404. Its `ACTIVE` pathways
/// become `ARCHIVED` with it. A second time changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/credentials/{id}",
    operation_id = "deleteCredential",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands, withdrawn.", body = Success<Credential>)),
    security(("bearer" = []))
)]
pub(crate) async fn delete(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    seen: IfMatch,
) -> Result<Versioned<Credential>, ApiError> {
    let withdrawn = state
        .credentials
        .delete_credential(&caller, id.0, seen.0)
        .await?;
    Ok(Versioned(withdrawn.into()))
}
