//! `GET /health`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::dto::health::{HealthReport, OverallStatus};
use crate::middleware::envelope::OwnBody;
use crate::state::AppState;

/// Says how the platform is, dependency by dependency.
///
/// The dependencies are asked at most once a second.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "getHealth",
    tag = "health",
    responses(
        (status = 200, description = "The catalogue answers.", body = HealthReport),
        (status = 503, description = "The catalogue is away.", body = HealthReport)
    )
)]
pub(crate) async fn report(state: web::Data<AppState>) -> HttpResponse {
    let services = state.probes.report().await;
    let overall = OverallStatus::from(services);
    let status = match overall {
        OverallStatus::Healthy | OverallStatus::Degraded => StatusCode::OK,
        OverallStatus::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    };
    let report = HealthReport {
        status: overall,
        version: env!("CARGO_PKG_VERSION"),
        uptime: state.probes.uptime().as_secs(),
        services,
    };
    with_own_body(status, &report)
}

/// An answer that is no envelope, whatever its status.
pub(super) fn with_own_body(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    let mut response = HttpResponse::build(status).json(body);
    response.extensions_mut().insert(OwnBody);
    response
}
