//! `GET /reports/{id}`

use actix_web::web;
use domain::id::ReportId;

use crate::dto::report::Report;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Reads how a report stands.
///
/// Administrators of its institution, and platform administrators.
#[utoipa::path(
    get,
    path = "/api/v1/reports/{id}",
    operation_id = "getReport",
    tag = "reports",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The report, without its content.", body = Success<Report>)),
    security(("bearer" = []))
)]
pub(crate) async fn get(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<ReportId>,
) -> Result<Answer<Report>, ApiError> {
    let found = state.credentials.get_report(&caller, id.0).await?;
    Ok(Answer(found.into()))
}
