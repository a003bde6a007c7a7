//! `POST /ai/search/semantic`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::{SearchAnswer, SearchRequest};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Finds offers by meaning.
///
/// Anyone may.
#[utoipa::path(
    post,
    path = "/api/v1/ai/search/semantic",
    operation_id = "searchSemantic",
    tag = "ai",
    request_body = SearchRequest,
    responses((status = 200, description = "What was found, best first.", body = Success<SearchAnswer>))
)]
pub(crate) async fn search(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<SearchRequest>,
) -> Result<Answer<SearchAnswer>, ApiError> {
    caller.authorize(Action::SearchCatalogue, None)?;
    let input = input.0.checked()?;
    Ok(Answer(state.ai.search(&caller, input).await?))
}
