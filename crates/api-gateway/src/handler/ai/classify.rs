//! `POST /ai/outcomes/classify`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::outcome::{ClassificationAnswer, ClassificationRequest};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Gives outcomes their Bloom level, category and key words.
///
/// Anyone who has signed in.
#[utoipa::path(
    post,
    path = "/api/v1/ai/outcomes/classify",
    operation_id = "classifyOutcomes",
    tag = "ai",
    request_body = ClassificationRequest,
    responses((status = 200, description = "One classification for each outcome.", body = Success<ClassificationAnswer>)),
    security(("bearer" = []))
)]
pub(crate) async fn classify(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<ClassificationRequest>,
) -> Result<Answer<ClassificationAnswer>, ApiError> {
    caller.authorize(Action::AnalyzeOutcomes, None)?;
    let input = input.0.checked()?;
    Ok(Answer(state.ai.classify(&caller, input).await?))
}
