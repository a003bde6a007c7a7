//! `DELETE /institutions/{id}`

use actix_web::web;
use domain::id::InstitutionId;

use crate::dto::institution::Institution;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Withdraws an institution.
///
/// Platform administrators. It stays on record with everything that refers to it (`isActive` becomes false); nothing new may
/// refer to it. `ACTIVE` pathways from and to it become `SUSPENDED`, each with an entry on record and the event
/// `pathway.suspended`. A second time changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/institutions/{id}",
    operation_id = "deleteInstitution",
    tag = "institutions",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands, withdrawn.", body = Success<Institution>)),
    security(("bearer" = []))
)]
pub(crate) async fn delete(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<InstitutionId>,
    seen: IfMatch,
) -> Result<Versioned<Institution>, ApiError> {
    let withdrawn = state
        .credentials
        .delete_institution(&caller, id.0, seen.0)
        .await?;
    Ok(Versioned(withdrawn.into()))
}
