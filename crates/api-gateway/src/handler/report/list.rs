//! `GET /reports`

use actix_web::web;

use crate::dto::report::{Report, ReportQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Listed, SuccessList};
use crate::state::AppState;

/// Lists reports.
///
/// Administrators of an institution see its own, platform administrators all.
#[utoipa::path(
    get,
    path = "/api/v1/reports",
    operation_id = "listReports",
    tag = "reports",
    params(ReportQuery),
    responses((status = 200, description = "A page of reports.", body = SuccessList<Report>)),
    security(("bearer" = []))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<ReportQuery>,
) -> Result<Listed<Report>, ApiError> {
    let page = state.credentials.list_reports(&caller, &query.0).await?;
    Ok(Listed(page.map(Report::from)))
}
