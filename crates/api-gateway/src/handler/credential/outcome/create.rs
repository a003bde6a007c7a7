//! `POST /credentials/{id}/outcomes`

use actix_web::web;
use domain::id::MicroCredentialId;
use domain::micro_credential::LearningOutcomeDraft;
use domain::parts::{ListChange, PartChange};

use crate::dto::outcome::{LearningOutcome, OutcomeInput, PartOf, outcome};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Created, Success};
use crate::state::AppState;

/// Adds a learning outcome at the end of the list.
///
/// Coordinators and administrators of its institution, and platform administrators. `If-Match` takes the `ETag` of the
/// micro-credential or of any of its parts.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/outcomes",
    operation_id = "createLearningOutcome",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier of the micro-credential.")),
    request_body = OutcomeInput,
    responses((status = 201, description = "As recorded.", body = Success<LearningOutcome>, headers(("Location" = String, description = "Its address.")))),
    security(("bearer" = []))
)]
pub(crate) async fn create(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    seen: IfMatch,
    input: ValidJson<OutcomeInput>,
) -> Result<Created<PartOf<LearningOutcome>>, ApiError> {
    let draft = LearningOutcomeDraft::from(input.0);
    draft.validate()?;
    let change = PartChange::Outcomes(ListChange::Add(draft));
    let changed = state
        .credentials
        .change_part(&caller, id.0, change, seen.0)
        .await?;
    let made = outcome(changed)?;
    let location = format!("/credentials/{}/outcomes/{}", id.0, made.id());
    Ok(Created::versioned(location, made))
}
