//! `GET /pathways`

use actix_web::web;

use crate::dto::pathway::{Pathway, PathwayQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Listed, SuccessList};
use crate::state::AppState;

/// Lists pathways.
///
/// Anyone sees the active ones; the institutions that they join also the others.
#[utoipa::path(
    get,
    path = "/api/v1/pathways",
    operation_id = "listPathways",
    tag = "pathways",
    params(PathwayQuery),
    responses((status = 200, description = "A page of pathways.", body = SuccessList<Pathway>))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<PathwayQuery>,
) -> Result<Listed<Pathway>, ApiError> {
    let page = state.credentials.list_pathways(&caller, query.0).await?;
    Ok(Listed(page.map(Pathway::from)))
}
