//! `POST /pathways/{id}/activate`

use actix_web::web;
use domain::id::PathwayId;
use domain::workflow::PathwayTransition;

use crate::dto::pathway::Pathway;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Opens a pathway to learners.
///
/// Coordinators and administrators of either institution; after a suspension those of the target institution. Its
/// micro-credential must be published. `APPROVED` or `SUSPENDED` → `ACTIVE`.
#[utoipa::path(
    post,
    path = "/api/v1/pathways/{id}/activate",
    operation_id = "activatePathway",
    tag = "pathways",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands.", body = Success<Pathway>)),
    security(("bearer" = []))
)]
pub(crate) async fn activate(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<PathwayId>,
    seen: IfMatch,
) -> Result<Versioned<Pathway>, ApiError> {
    let step = PathwayTransition::Activate;
    let moved = state
        .credentials
        .transition_pathway(&caller, id.0, step, None, seen.0)
        .await?;
    Ok(Versioned(moved.into()))
}
