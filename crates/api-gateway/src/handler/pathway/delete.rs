//! `DELETE /pathways/{id}`

use actix_web::web;
use domain::id::PathwayId;

use crate::dto::pathway::Pathway;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Withdraws a pathway, wherever it stands in its workflow.
///
/// Coordinators and administrators of the source institution, and platform administrators. It becomes `ARCHIVED` and stays on
/// record for the institutions that it joins. A second time changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/pathways/{id}",
    operation_id = "deletePathway",
    tag = "pathways",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands, withdrawn.", body = Success<Pathway>)),
    security(("bearer" = []))
)]
pub(crate) async fn delete(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<PathwayId>,
    seen: IfMatch,
) -> Result<Versioned<Pathway>, ApiError> {
    let withdrawn = state
        .credentials
        .delete_pathway(&caller, id.0, seen.0)
        .await?;
    Ok(Versioned(withdrawn.into()))
}
