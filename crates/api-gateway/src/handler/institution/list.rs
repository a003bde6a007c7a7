//! `GET /institutions`

use actix_web::web;

use crate::cache::{Kept, Key, Kind};
use crate::dto::institution::{Institution, InstitutionQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{SuccessList, Written};
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
) -> Result<Kept, ApiError> {
    let query = query.0;
    let key = Key::list(Kind::Institution, &query);
    let read = async |caller: &Caller| {
        let page = state
            .credentials
            .list_institutions(caller, query.clone())
            .await?;
        Written::page(&page.map(Institution::from))
    };
    state.read_public(&caller, key, read).await
}
