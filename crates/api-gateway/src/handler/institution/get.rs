//! `GET /institutions/{id}`

use actix_web::web;
use domain::id::InstitutionId;

use crate::cache::{Kept, Key};
use crate::dto::institution::InstitutionDetail;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Written};
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
) -> Result<Kept, ApiError> {
    let id = id.0;
    let read = async |caller: &Caller| {
        let found = state.credentials.get_institution(caller, id).await?;
        Written::versioned(&InstitutionDetail::from(found))
    };
    state.read_public(&caller, Key::institution(id), read).await
}
