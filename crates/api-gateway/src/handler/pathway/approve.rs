//! `POST /pathways/{id}/approve`

use actix_web::web;
use domain::id::PathwayId;
use domain::workflow::PathwayTransition;

use crate::dto::pathway::{ApprovePathway, Pathway};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Agrees to a pathway.
///
/// Administrators of the target institution. `UNDER_REVIEW` → `APPROVED`; who and when are recorded in `approvedBy` and
/// `approvedAt`.
#[utoipa::path(
    post,
    path = "/api/v1/pathways/{id}/approve",
    operation_id = "approvePathway",
    tag = "pathways",
    params(("id" = Uuid, Path, description = "Identifier.")),
    request_body = ApprovePathway,
    responses((status = 200, description = "As it stands.", body = Success<Pathway>)),
    security(("bearer" = []))
)]
pub(crate) async fn approve(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<PathwayId>,
    seen: IfMatch,
    input: ValidJson<ApprovePathway>,
) -> Result<Versioned<Pathway>, ApiError> {
    let step = PathwayTransition::Approve;
    let notes = input.0.into_notes()?;
    let moved = state
        .credentials
        .transition_pathway(&caller, id.0, step, notes, seen.0)
        .await?;
    Ok(Versioned(moved.into()))
}
