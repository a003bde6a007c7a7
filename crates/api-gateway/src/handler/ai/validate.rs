//! `POST /ai/credits/validate`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::validation::{ProposedRecognition, ValidationAnswer};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Checks a proposed recognition against the written rules.
///
/// Administrators of the recognising institution, and platform administrators. Nothing is recorded; every broken rule is named and explained.
#[utoipa::path(
    post,
    path = "/api/v1/ai/credits/validate",
    operation_id = "validateRecognition",
    tag = "ai",
    request_body = ProposedRecognition,
    responses((status = 200, description = "What every rule says.", body = Success<ValidationAnswer>)),
    security(("bearer" = []))
)]
pub(crate) async fn validate(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<ProposedRecognition>,
) -> Result<Answer<ValidationAnswer>, ApiError> {
    caller.authorize(
        Action::ValidateRecognition,
        Some(input.0.recognizing_institution_id),
    )?;
    Ok(Answer(
        state.ai.validate_recognition(&caller, input.0).await?,
    ))
}
