//! `POST /ai/embeddings`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::{EmbeddingsAnswer, EmbeddingsRequest};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Turns texts into vectors.
///
/// Anyone who has signed in.
#[utoipa::path(
    post,
    path = "/api/v1/ai/embeddings",
    operation_id = "embedTexts",
    tag = "ai",
    request_body = EmbeddingsRequest,
    responses((status = 200, description = "One vector for each text.", body = Success<EmbeddingsAnswer>)),
    security(("bearer" = []))
)]
pub(crate) async fn embed(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<EmbeddingsRequest>,
) -> Result<Answer<EmbeddingsAnswer>, ApiError> {
    caller.authorize(Action::EmbedTexts, None)?;
    let input = input.0.checked()?;
    Ok(Answer(state.ai.embed(&caller, input).await?))
}
