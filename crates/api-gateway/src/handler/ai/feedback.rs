//! `POST /ai/feedback`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::learning::{Feedback, FeedbackRequest};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Records what one made of an answer.
///
/// Who asked for it, people of the same institution, and platform administrators. A later word of the same person replaces the earlier.
#[utoipa::path(
    post,
    path = "/api/v1/ai/feedback",
    operation_id = "recordFeedback",
    tag = "ai",
    request_body = FeedbackRequest,
    responses((status = 200, description = "As recorded.", body = Success<Feedback>)),
    security(("bearer" = []))
)]
pub(crate) async fn feedback(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<FeedbackRequest>,
) -> Result<Answer<Feedback>, ApiError> {
    caller.authorize(Action::GiveFeedback, None)?;
    let input = input.0.checked()?;
    Ok(Answer(state.ai.record_feedback(&caller, input).await?))
}
