//! `POST /pathways/{id}/submit`

use actix_web::web;
use domain::id::PathwayId;
use domain::workflow::PathwayTransition;

use crate::dto::pathway::Pathway;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Hands a draft in for review.
///
/// Coordinators and administrators of the source institution. `DRAFT` → `UNDER_REVIEW`.
#[utoipa::path(
    post,
    path = "/api/v1/pathways/{id}/submit",
    operation_id = "submitPathway",
    tag = "pathways",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands.", body = Success<Pathway>)),
    security(("bearer" = []))
)]
pub(crate) async fn submit(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<PathwayId>,
    seen: IfMatch,
) -> Result<Versioned<Pathway>, ApiError> {
    let step = PathwayTransition::Submit;
    let moved = state
        .credentials
        .transition_pathway(&caller, id.0, step, None, seen.0)
        .await?;
    Ok(Versioned(moved.into()))
}
