//! `POST /credentials/{id}/outcomes/reorder`

use actix_web::web;
use domain::id::MicroCredentialId;
use domain::parts::{ListChange, PartChange};

use crate::dto::outcome::{LearningOutcome, OutcomeOrder, PartOf, outcomes};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Puts the outcomes of a micro-credential into another order.
///
/// Coordinators and administrators of its institution, and platform administrators. `If-Match` takes the `ETag` of the
/// micro-credential or of any of its parts.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/outcomes/reorder",
    operation_id = "reorderOutcomes",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier of the micro-credential.")),
    request_body = OutcomeOrder,
    responses((status = 200, description = "All of them, in the new order.", body = Success<Vec<LearningOutcome>>)),
    security(("bearer" = []))
)]
pub(crate) async fn reorder(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    seen: IfMatch,
    input: ValidJson<OutcomeOrder>,
) -> Result<Versioned<PartOf<Vec<LearningOutcome>>>, ApiError> {
    let change = PartChange::Outcomes(ListChange::Reorder(input.0.ids));
    let changed = state
        .credentials
        .change_part(&caller, id.0, change, seen.0)
        .await?;
    Ok(Versioned(outcomes(changed.0)))
}
