//! `POST /ai/pathways/suggest`

use actix_web::web;
use domain::policy::Action;

use crate::dto::ai::recommendation::{RecommendationRequest, SuggestionAnswer};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Records recommendations as drafts of pathways.
///
/// Coordinators and administrators of the institution that offers the micro-credential, and platform administrators. Each draft has `isAiSuggested`, `confidenceScore` and `aiReasoning`; what has a pathway from this offer already is left out. All drafts are recorded, or none.
#[utoipa::path(
    post,
    path = "/api/v1/ai/pathways/suggest",
    operation_id = "suggestPathways",
    tag = "ai",
    request_body = RecommendationRequest,
    responses((status = 200, description = "The drafts as recorded; none when nothing fits.", body = Success<SuggestionAnswer>)),
    security(("bearer" = []))
)]
pub(crate) async fn suggest(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<RecommendationRequest>,
) -> Result<Answer<SuggestionAnswer>, ApiError> {
    // Whether it is the institution of the offer, the services know.
    caller.authorize(Action::SuggestPathways, caller.institution_id())?;
    let input = input.0.checked()?;
    let made = state.ai.suggest(&caller, input).await?;
    let pathways = if made.suggestions.is_empty() {
        Vec::new()
    } else {
        let recorded = state
            .credentials
            .record_suggested_pathways(&caller, made.suggestions)
            .await?;
        recorded.into_iter().map(Into::into).collect()
    };
    Ok(Answer(SuggestionAnswer {
        pathways,
        metadata: made.metadata,
        prediction_id: made.prediction_id,
    }))
}
