//! `PUT /credentials/{id}/outcomes/{outcomeId}`

use actix_web::web;
use domain::id::{LearningOutcomeId, MicroCredentialId};
use domain::micro_credential::LearningOutcomeDraft;
use domain::parts::{ListChange, PartChange};

use crate::dto::outcome::{LearningOutcome, OutcomeInput, PartOf, outcome};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PartId, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Replaces the fields of a learning outcome; it keeps its place.
///
/// Coordinators and administrators of its institution, and platform administrators. `If-Match` takes the `ETag` of the
/// micro-credential or of any of its parts.
#[utoipa::path(
    put,
    path = "/api/v1/credentials/{id}/outcomes/{outcomeId}",
    operation_id = "updateLearningOutcome",
    tag = "credentials",
    params(
        ("id" = Uuid, Path, description = "Identifier of the micro-credential."),
        ("outcomeId" = Uuid, Path, description = "Identifier of the learning outcome.")
    ),
    request_body = OutcomeInput,
    responses((status = 200, description = "As it stands.", body = Success<LearningOutcome>)),
    security(("bearer" = []))
)]
pub(crate) async fn update(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    part: PartId<LearningOutcomeId>,
    seen: IfMatch,
    input: ValidJson<OutcomeInput>,
) -> Result<Versioned<PartOf<LearningOutcome>>, ApiError> {
    let draft = LearningOutcomeDraft::from(input.0);
    draft.validate()?;
    let change = PartChange::Outcomes(ListChange::Replace(part.0, draft));
    let changed = state
        .credentials
        .change_part(&caller, id.0, change, seen.0)
        .await?;
    Ok(Versioned(outcome(changed)?))
}
