//! `.env.example` says what the services and the Compose files read, no more and no less.

use std::collections::BTreeSet;
use std::path::Path;

use service_runtime::settings::env_example;

/// Names that operators rely on: none goes or changes without them.
const PROMISED: &str = "APP_ENV API_PORT WEB_PORT DATABASE_URL DATABASE_REPLICA_URLS DATABASE_POOL_SIZE DATABASE_LOGGING REDIS_URL \
    REDIS_MAX_RETRIES CREDENTIAL_SERVICE_URL AI_SERVICE_URL JWT_SECRET JWT_SECRET_PREVIOUS JWT_EXPIRES_IN REFRESH_TOKEN_EXPIRES_IN \
    ALLOWED_ORIGINS RATE_LIMIT_WINDOW_MS RATE_LIMIT_MAX_REQUESTS RATE_LIMIT_MAX_REQUESTS_ANONYMOUS LOG_LEVEL LOG_FORMAT \
    OTEL_EXPORTER_OTLP_ENDPOINT SENTRY_DSN SMTP_HOST SMTP_PORT SMTP_USER SMTP_PASSWORD AWS_REGION AWS_BUCKET AWS_ACCESS_KEY_ID \
    AWS_SECRET_ACCESS_KEY AWS_ENDPOINT_URL MODEL_DIR ORT_DYLIB_PATH ENABLE_AI_RECOMMENDATIONS ENABLE_NLP_ANALYSIS ENABLE_AUTO_PATHWAYS";

/// What no service reads.
const WEB: &[service_runtime::settings::Setting] = &[service_runtime::settings::Setting::new(
    "WEB_PORT",
    "Port of the web app on this machine: of its development server, and of its container.",
)
.default("5173")];

fn rendered() -> String {
    env_example::render(&[
        ("Every service", service_runtime::settings::COMMON),
        ("api-gateway", api_gateway::SETTINGS),
        ("credential-service", credential_service::SETTINGS),
        ("ai-service", ai_service::settings::SETTINGS),
        ("web", WEB),
    ])
}

/// The names of an example.
fn names(example: &str) -> BTreeSet<&str> {
    let lines = example.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| Some(line.split_once('=')?.0))
        .collect()
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the person who runs the test asks for the update through the environment"
)]
fn the_example_is_what_the_services_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.env.example");
    let wanted = rendered();
    if std::env::var("BCCB_UPDATE_ENV_EXAMPLE").is_ok() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let present = std::fs::read_to_string(&path).unwrap();
    assert!(
        present == wanted,
        "run: BCCB_UPDATE_ENV_EXAMPLE=1 cargo test --workspace --test repository env_example"
    );
}

#[test]
fn every_promised_name_is_there() {
    let example = rendered();
    let present = names(&example);
    let missing: Vec<&str> = PROMISED
        .split_whitespace()
        .filter(|name| !present.contains(name))
        .collect();

    assert!(missing.is_empty(), "{missing:?}");
    let without = example.replace("\nAWS_BUCKET=", "\nBUCKET=");
    assert!(
        !names(&without).contains("AWS_BUCKET"),
        "a missing one is noticed"
    );
}
