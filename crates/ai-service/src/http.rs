//! The HTTP face on the same port: a word of welcome, health for people, metrics.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use service_runtime::{Context, Health};

use crate::follower::Feed;
use crate::number::wide;
use crate::state::AppState;

const WELCOME: &str = "BCCB ai-service. gRPC is spoken on this port (bccb.ai.v1); \
     over HTTP there are /health and /metrics.\n";

/// Health in words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HealthAnswer {
    status: &'static str,
    version: &'static str,
    model: String,
    indexed: u64,
    backlog: u64,
    passage_backlog: u64,
    caught_up: bool,
    feed: Feed,
    reasons: Vec<String>,
}

/// The routes; `/livez`, `/readyz` and `/metrics` are those of the internal port.
pub(crate) fn routes(state: AppState, context: &Context) -> Router {
    Router::new()
        .route("/", get(async || WELCOME))
        .route("/health", get(health))
        .with_state((state, context.health().clone()))
        .merge(context.admin_routes())
}

/// Touches no dependency: what is told is what the background tasks know.
async fn health(
    State((state, health)): State<(AppState, Health)>,
) -> (StatusCode, Json<HealthAnswer>) {
    let readiness = health.readiness();
    let feed = state.progress.feed();
    let (code, status) = if !readiness.ready {
        (StatusCode::SERVICE_UNAVAILABLE, "unhealthy")
    } else if feed == Feed::Live && readiness.degraded.is_empty() {
        (StatusCode::OK, "healthy")
    } else {
        (StatusCode::OK, "degraded")
    };
    let answer = HealthAnswer {
        status,
        version: crate::command::SERVICE.version(),
        model: state.embedder.model().to_owned(),
        indexed: wide(state.index.len()),
        backlog: wide(state.progress.backlog()),
        passage_backlog: wide(state.progress.passage_backlog()),
        caught_up: state.progress.is_caught_up(),
        feed,
        reasons: [readiness.reasons, readiness.degraded].concat(),
    };
    (code, Json(answer))
}
