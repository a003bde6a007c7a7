//! `GET /health/ready`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::report::with_own_body;
use crate::dto::health::ReadinessReport;
use crate::state::AppState;

/// Says whether traffic is welcome, and why not.
///
/// For probes that send traffic elsewhere.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "getReadiness",
    tag = "health",
    responses(
        (status = 200, description = "Traffic is welcome.", body = ReadinessReport),
        (status = 503, description = "Traffic is not welcome.", body = ReadinessReport)
    )
)]
pub(crate) async fn ready(state: web::Data<AppState>) -> HttpResponse {
    let readiness = state.health.readiness();
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let report = ReadinessReport {
        ready: readiness.ready,
        reasons: readiness.reasons,
        degraded: readiness.degraded,
    };
    with_own_body(status, &report)
}
