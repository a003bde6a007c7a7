//! `PUT /institutions/{id}`

use actix_web::web;
use domain::id::InstitutionId;

use crate::dto::institution::{Institution, UpdateInstitution};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Replaces the fields of an institution.
///
/// Its administrators, and platform administrators; `isActive` is for platform administrators. Withdrawing it in this way
/// suspends its `ACTIVE` pathways; bringing it back opens none: the target institution of each does (`activate`).
#[utoipa::path(
    put,
    path = "/api/v1/institutions/{id}",
    operation_id = "updateInstitution",
    tag = "institutions",
    params(("id" = Uuid, Path, description = "Identifier.")),
    request_body = UpdateInstitution,
    responses((status = 200, description = "As it stands.", body = Success<Institution>)),
    security(("bearer" = []))
)]
pub(crate) async fn update(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<InstitutionId>,
    seen: IfMatch,
    input: ValidJson<UpdateInstitution>,
) -> Result<Versioned<Institution>, ApiError> {
    let is_active = input.0.is_active;
    let draft = input.0.into_domain()?;
    let updated = state
        .credentials
        .update_institution(&caller, id.0, draft, is_active, seen.0)
        .await?;
    Ok(Versioned(updated.into()))
}
