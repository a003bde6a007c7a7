//! `POST /ai/credits/assess/batch`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::validation::{AssessmentBatchAnswer, AssessmentBatchRequest};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Assesses up to 20 pairs of offer and institution at once.
///
/// Anyone who has signed in. A pair that cannot be assessed has its error, and the others their reports.
#[utoipa::path(
    post,
    path = "/api/v1/ai/credits/assess/batch",
    operation_id = "assessCreditBatch",
    tag = "ai",
    request_body = AssessmentBatchRequest,
    responses((status = 200, description = "A report or an error for each pair.", body = Success<AssessmentBatchAnswer>)),
    security(("bearer" = []))
)]
pub(crate) async fn assess_batch(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<AssessmentBatchRequest>,
) -> Result<Answer<AssessmentBatchAnswer>, ApiError> {
    caller.authorize(Action::AssessCredit, None)?;
    let input = input.0.checked()?;
    Ok(Answer(state.ai.assess_batch(&caller, input).await?))
}
