//! `GET /ai/models`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::learning::MethodsAnswer;
use crate::error::ApiError;
use crate::extract::Caller;
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Lists the methods in use with their figures.
///
/// Platform administrators.
#[utoipa::path(
    get,
    path = "/api/v1/ai/models",
    operation_id = "listModels",
    tag = "ai",
    responses((status = 200, description = "The methods.", body = Success<MethodsAnswer>)),
    security(("bearer" = []))
)]
pub(crate) async fn models(
    state: web::Data<AppState>,
    caller: Caller,
) -> Result<Answer<MethodsAnswer>, ApiError> {
    caller.authorize(Action::ReadMethods, None)?;
    Ok(Answer(state.ai.list_methods(&caller).await?))
}
