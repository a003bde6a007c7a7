//! `GET /pathways`

use actix_web::web;

use crate::cache::{Kept, Key, Kind};
use crate::dto::pathway::{Pathway, PathwayQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{SuccessList, Written};
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
) -> Result<Kept, ApiError> {
    let query = query.0;
    let key = Key::list(Kind::Pathway, &query);
    let read = async |caller: &Caller| {
        let page = state
            .credentials
            .list_pathways(caller, query.clone())
            .await?;
        Written::page(&page.map(Pathway::from))
    };
    state.read_public(&caller, key, read).await
}
