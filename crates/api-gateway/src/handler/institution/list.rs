//! `GET /institutions`

use actix_web::web;

use crate::dto::institution::{Institution, InstitutionQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Listed, SuccessList};
use crate::state::AppState;

/// Lists institutions.
///
/// Anyone may.
#[utoipa::path(
    get,
    path = "/api/v1/institutions",
    operation_id = "listInstitutions",
    tag = "institutions",
    params(InstitutionQuery),
    responses((status = 200, description = "A page of institutions.", body = SuccessList<Institution>))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<InstitutionQuery>,
) -> Result<Listed<Institution>, ApiError> {
    let page = state
        .credentials
        .list_institutions(&caller, query.0)
        .await?;
    Ok(Listed(page.map(Institution::from)))
}
