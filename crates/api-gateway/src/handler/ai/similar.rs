//! `POST /ai/pathways/similar`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::{SimilarAnswer, SimilarRequest};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Finds offers like one offer.
///
/// Anyone who has signed in.
#[utoipa::path(
    post,
    path = "/api/v1/ai/pathways/similar",
    operation_id = "findSimilar",
    tag = "ai",
    request_body = SimilarRequest,
    responses((status = 200, description = "Similar offers, best first.", body = Success<SimilarAnswer>)),
    security(("bearer" = []))
)]
pub(crate) async fn similar(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<SimilarRequest>,
) -> Result<Answer<SimilarAnswer>, ApiError> {
    caller.authorize(Action::FindSimilar, None)?;
    let input = input.0.checked()?;
    Ok(Answer(state.ai.find_similar(&caller, input).await?))
}
