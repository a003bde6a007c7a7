//! `GET /health/live`

use actix_web::web::Json;

use crate::dto::health::Liveness;

/// Says that the process is alive; touches no dependency.
///
/// For probes that restart the process.
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "getLiveness",
    tag = "health",
    responses((status = 200, description = "It is alive.", body = Liveness))
)]
pub(crate) async fn live() -> Json<Liveness> {
    Json(Liveness { status: "alive" })
}
