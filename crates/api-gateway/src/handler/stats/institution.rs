//! `GET /stats/institutions/{id}`

use actix_web::web;
use domain::id::InstitutionId;

use crate::dto::stats::Stats;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Counts for the dashboard of one institution.
///
/// Its administrators, and platform administrators.
#[utoipa::path(
    get,
    path = "/api/v1/stats/institutions/{id}",
    operation_id = "getInstitutionStats",
    tag = "stats",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The figures.", body = Success<Stats>)),
    security(("bearer" = []))
)]
pub(crate) async fn institution(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<InstitutionId>,
) -> Result<Answer<Stats>, ApiError> {
    let counted = state.credentials.get_stats(&caller, Some(id.0)).await?;
    Ok(Answer(counted.into()))
}
