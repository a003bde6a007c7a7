//! `POST /reports`

use actix_web::web;
use domain::policy::Action;

use crate::dto::report::{CreateReport, Report};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{AcceptedAt, Success};
use crate::state::AppState;

/// Has a report made in the background.
///
/// Administrators of an institution, for their own; platform administrators, also for all institutions together. The address
/// in `Location` tells when it is ready, usually within seconds; at most 10 of an institution wait at the same time. What
/// each institution decided in a month is made without being asked for, once the month is over (UTC). Reports are kept for
/// 90 days, unless the operator says otherwise; 503 where the operator keeps none.
#[utoipa::path(
    post,
    path = "/api/v1/reports",
    operation_id = "createReport",
    tag = "reports",
    request_body = CreateReport,
    responses((status = 202, description = "The report, which waits for a worker.", body = Success<Report>, headers(("Location" = String, description = "Its address.")))),
    security(("bearer" = []))
)]
pub(crate) async fn create(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<CreateReport>,
) -> Result<AcceptedAt<Report>, ApiError> {
    let mut wanted = input.0;
    wanted.institution_id = wanted.institution_id.or(caller.institution_id());
    caller.authorize(Action::ManageReports, wanted.institution_id)?;
    let made = state.credentials.create_report(&caller, wanted).await?;
    let made = Report::from(made);
    Ok(AcceptedAt::new(format!("/reports/{}", made.id), made))
}
