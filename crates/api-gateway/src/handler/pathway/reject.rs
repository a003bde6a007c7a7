//! `POST /pathways/{id}/reject`

use actix_web::web;
use domain::id::PathwayId;
use domain::workflow::PathwayTransition;

use crate::dto::pathway::{Pathway, RejectPathway};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Sends a pathway back to its writers.
///
/// Administrators of the target institution, who say why. `UNDER_REVIEW` → `DRAFT`.
#[utoipa::path(
    post,
    path = "/api/v1/pathways/{id}/reject",
    operation_id = "rejectPathway",
    tag = "pathways",
    params(("id" = Uuid, Path, description = "Identifier.")),
    request_body = RejectPathway,
    responses((status = 200, description = "As it stands.", body = Success<Pathway>)),
    security(("bearer" = []))
)]
pub(crate) async fn reject(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<PathwayId>,
    seen: IfMatch,
    input: ValidJson<RejectPathway>,
) -> Result<Versioned<Pathway>, ApiError> {
    let step = PathwayTransition::Reject;
    let notes = input.0.into_notes()?;
    let moved = state
        .credentials
        .transition_pathway(&caller, id.0, step, notes, seen.0)
        .await?;
    Ok(Versioned(moved.into()))
}
