//! `POST /ai/outcomes/extract`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::outcome::{ExtractionAnswer, ExtractionRequest};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Finds learning outcomes in a text.
///
/// Anyone who has signed in.
#[utoipa::path(
    post,
    path = "/api/v1/ai/outcomes/extract",
    operation_id = "extractOutcomes",
    tag = "ai",
    request_body = ExtractionRequest,
    responses((status = 200, description = "The outcomes, in the order of the text.", body = Success<ExtractionAnswer>)),
    security(("bearer" = []))
)]
pub(crate) async fn extract(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<ExtractionRequest>,
) -> Result<Answer<ExtractionAnswer>, ApiError> {
    caller.authorize(Action::AnalyzeOutcomes, None)?;
    let input = input.0.checked()?;
    Ok(Answer(state.ai.extract(&caller, input).await?))
}
