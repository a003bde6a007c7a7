//! `GET /pathways/{id}`

use actix_web::web;
use domain::id::PathwayId;

use crate::cache::{Kept, Key};
use crate::dto::pathway::Pathway;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Written};
use crate::state::AppState;

/// Reads a pathway.
///
/// Anyone may when it is active, else only people of the institutions that it joins.
#[utoipa::path(
    get,
    path = "/api/v1/pathways/{id}",
    operation_id = "getPathway",
    tag = "pathways",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The pathway.", body = Success<Pathway>))
)]
pub(crate) async fn get(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<PathwayId>,
) -> Result<Kept, ApiError> {
    let id = id.0;
    let read = async |caller: &Caller| {
        let found = state.credentials.get_pathway(caller, id).await?;
        Written::versioned(&Pathway::from(found))
    };
    state.read_public(&caller, Key::pathway(id), read).await
}
