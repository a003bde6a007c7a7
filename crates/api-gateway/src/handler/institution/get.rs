//! `GET /institutions/{id}`

use actix_web::web;
use domain::id::InstitutionId;

use crate::dto::institution::InstitutionDetail;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Reads an institution with its figures.
///
/// Anyone may.
#[utoipa::path(
    get,
    path = "/api/v1/institutions/{id}",
    operation_id = "getInstitution",
    tag = "institutions",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The institution.", body = Success<InstitutionDetail>))
)]
pub(crate) async fn get(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<InstitutionId>,
) -> Result<Versioned<InstitutionDetail>, ApiError> {
    let found = state.credentials.get_institution(&caller, id.0).await?;
    Ok(Versioned(found.into()))
}
