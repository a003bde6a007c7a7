//! `DELETE /credentials/{id}/outcomes/{outcomeId}`

use actix_web::web;
use domain::id::{LearningOutcomeId, MicroCredentialId};
use domain::parts::{ListChange, PartChange};

use crate::dto::outcome::{LearningOutcome, PartOf, outcomes};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PartId, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Takes out a learning outcome.
///
/// Coordinators and administrators of its institution, and platform administrators. `If-Match` takes the `ETag` of the
/// micro-credential or of any of its parts.
#[utoipa::path(
    delete,
    path = "/api/v1/credentials/{id}/outcomes/{outcomeId}",
    operation_id = "deleteLearningOutcome",
    tag = "credentials",
    params(
        ("id" = Uuid, Path, description = "Identifier of the micro-credential."),
        ("outcomeId" = Uuid, Path, description = "Identifier of the learning outcome.")
    ),
    responses((status = 200, description = "Those that are left.", body = Success<Vec<LearningOutcome>>)),
    security(("bearer" = []))
)]
pub(crate) async fn delete(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    part: PartId<LearningOutcomeId>,
    seen: IfMatch,
) -> Result<Versioned<PartOf<Vec<LearningOutcome>>>, ApiError> {
    let change = PartChange::Outcomes(ListChange::Remove(part.0));
    let changed = state
        .credentials
        .change_part(&caller, id.0, change, seen.0)
        .await?;
    Ok(Versioned(outcomes(changed.0)))
}
