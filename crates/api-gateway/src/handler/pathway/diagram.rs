//! `GET /pathways/{id}/diagram`

use actix_web::web;
use domain::id::PathwayId;

use crate::diagram;
use crate::dto::diagram::Diagram;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::handler::diagram::Drawn;
use crate::response::Success;
use crate::state::AppState;

/// Draws a pathway as Mermaid source.
///
/// Whoever may see it. With `Accept: text/plain` the bare source.
#[utoipa::path(
    get,
    path = "/api/v1/pathways/{id}/diagram",
    operation_id = "drawPathway",
    tag = "pathways",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The diagram.", content((Success<Diagram> = "application/json"), (String = "text/plain"))))
)]
pub(crate) async fn draw(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<PathwayId>,
) -> Result<Drawn, ApiError> {
    let found = state.credentials.get_pathway(&caller, id.0).await?;
    Ok(Drawn(Diagram::mermaid(diagram::of_pathway(&found))))
}
