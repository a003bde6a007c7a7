//! `POST /ai/credits/assess`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::assessment::{AssessmentReport, AssessmentRequest};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Assesses an offer for credit at an institution, with reasons.
///
/// Anyone who has signed in. It is advice: a person decides.
#[utoipa::path(
    post,
    path = "/api/v1/ai/credits/assess",
    operation_id = "assessCredit",
    tag = "ai",
    request_body = AssessmentRequest,
    responses((status = 200, description = "Advice, figures and reasons.", body = Success<AssessmentReport>)),
    security(("bearer" = []))
)]
pub(crate) async fn assess(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<AssessmentRequest>,
) -> Result<Answer<AssessmentReport>, ApiError> {
    caller.authorize(Action::AssessCredit, None)?;
    Ok(Answer(state.ai.assess(&caller, input.0).await?))
}
