//! `PUT /pathways/{id}`

use actix_web::web;
use domain::id::PathwayId;

use crate::dto::pathway::{CreatePathway, Pathway};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Replaces the fields of a draft.
///
/// Coordinators and administrators of the source institution, and platform administrators. `sourceInstitutionId` must stay the
/// same. What a reviewer looks at or has agreed to cannot be changed: 409.
#[utoipa::path(
    put,
    path = "/api/v1/pathways/{id}",
    operation_id = "updatePathway",
    tag = "pathways",
    params(("id" = Uuid, Path, description = "Identifier.")),
    request_body = CreatePathway,
    responses((status = 200, description = "As it stands.", body = Success<Pathway>)),
    security(("bearer" = []))
)]
pub(crate) async fn update(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<PathwayId>,
    seen: IfMatch,
    input: ValidJson<CreatePathway>,
) -> Result<Versioned<Pathway>, ApiError> {
    let draft = input.0.into_domain()?;
    let updated = state
        .credentials
        .update_pathway(&caller, id.0, draft, seen.0)
        .await?;
    Ok(Versioned(updated.into()))
}
