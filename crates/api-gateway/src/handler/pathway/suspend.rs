//! `POST /pathways/{id}/suspend`

use actix_web::web;
use domain::id::PathwayId;
use domain::workflow::PathwayTransition;

use crate::dto::pathway::Pathway;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Closes a pathway for a time.
///
/// Coordinators and administrators of either institution. `ACTIVE` → `SUSPENDED`.
#[utoipa::path(
    post,
    path = "/api/v1/pathways/{id}/suspend",
    operation_id = "suspendPathway",
    tag = "pathways",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands.", body = Success<Pathway>)),
    security(("bearer" = []))
)]
pub(crate) async fn suspend(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<PathwayId>,
    seen: IfMatch,
) -> Result<Versioned<Pathway>, ApiError> {
    let step = PathwayTransition::Suspend;
    let moved = state
        .credentials
        .transition_pathway(&caller, id.0, step, None, seen.0)
        .await?;
    Ok(Versioned(moved.into()))
}
