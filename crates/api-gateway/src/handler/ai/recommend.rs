//! `POST /ai/pathways/recommend`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::recommendation::{RecommendationAnswer, RecommendationRequest};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Recommends where an offer could lead, with every factor.
///
/// Anyone who has signed in. It is advice: a person decides. An empty catalogue gives an empty list.
#[utoipa::path(
    post,
    path = "/api/v1/ai/pathways/recommend",
    operation_id = "recommendPathways",
    tag = "ai",
    request_body = RecommendationRequest,
    responses((status = 200, description = "Destinations, best first.", body = Success<RecommendationAnswer>)),
    security(("bearer" = []))
)]
pub(crate) async fn recommend(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<RecommendationRequest>,
) -> Result<Answer<RecommendationAnswer>, ApiError> {
    caller.authorize(Action::RecommendPathways, None)?;
    let input = input.0.checked()?;
    Ok(Answer(state.ai.recommend(&caller, input).await?))
}
