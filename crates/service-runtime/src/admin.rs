//! The internal port: `/livez`, `/readyz`, `/metrics`.
//!
//! It is separate from the traffic, so that probes survive overload and need no exemption from authentication.

#[cfg(test)]
mod tests;

use std::io;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use tokio::net::TcpListener;

use crate::{
    health::{Health, Readiness},
    shutdown::Shutdown,
    telemetry::Metrics,
};

/// Media type of the Prometheus text format.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Builds the routes, for the internal port or for merging into a service's own router.
pub fn router(health: Health, metrics: Metrics) -> Router {
    Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(readyz))
        .with_state(health)
        .merge(
            Router::new()
                .route("/metrics", get(render_metrics))
                .with_state(metrics),
        )
}

/// Serves the routes, and the service's own ones beside them, until the shutdown begins.
///
/// # Errors
/// The listener fails.
pub async fn serve_admin(
    listener: TcpListener,
    health: Health,
    metrics: Metrics,
    extra: Router,
    shutdown: Shutdown,
) -> io::Result<()> {
    axum::serve(listener, router(health, metrics).merge(extra))
        .with_graceful_shutdown(shutdown.into_begun())
        .await
}

async fn readyz(State(health): State<Health>) -> (StatusCode, Json<Readiness>) {
    let readiness = health.readiness();
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness))
}

async fn render_metrics(State(metrics): State<Metrics>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, METRICS_TYPE)], metrics.render())
}
