//! `GET /stats/overview`

use actix_web::web;

use crate::dto::stats::Stats;
use crate::error::ApiError;
use crate::extract::Caller;
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Counts for a dashboard.
///
/// The whole platform for platform administrators; for administrators of an institution their own.
#[utoipa::path(
    get,
    path = "/api/v1/stats/overview",
    operation_id = "getOverview",
    tag = "stats",
    responses((status = 200, description = "The figures.", body = Success<Stats>)),
    security(("bearer" = []))
)]
pub(crate) async fn overview(
    state: web::Data<AppState>,
    caller: Caller,
) -> Result<Answer<Stats>, ApiError> {
    let counted = state.credentials.get_stats(&caller, None).await?;
    Ok(Answer(counted.into()))
}
