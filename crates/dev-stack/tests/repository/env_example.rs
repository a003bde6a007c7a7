//! `.env.example` says what the services and the Compose files read, no more and no less.

use std::collections::BTreeSet;
use std::path::Path;

use service_runtime::settings::{Setting, env_example};

/// Names that operators rely on: none goes or changes without them.
const PROMISED: &str = "APP_ENV API_PORT WEB_PORT DATABASE_URL DATABASE_REPLICA_URLS DATABASE_POOL_SIZE DATABASE_LOGGING REDIS_URL \
    REDIS_MAX_RETRIES CREDENTIAL_SERVICE_URL AI_SERVICE_URL JWT_SECRET JWT_SECRET_PREVIOUS JWT_EXPIRES_IN REFRESH_TOKEN_EXPIRES_IN \
    ALLOWED_ORIGINS RATE_LIMIT_WINDOW_MS RATE_LIMIT_MAX_REQUESTS RATE_LIMIT_MAX_REQUESTS_ANONYMOUS LOG_LEVEL LOG_FORMAT \
    OTEL_EXPORTER_OTLP_ENDPOINT SENTRY_DSN SMTP_HOST SMTP_PORT SMTP_USER SMTP_PASSWORD AWS_REGION AWS_BUCKET AWS_ACCESS_KEY_ID \
    AWS_SECRET_ACCESS_KEY AWS_ENDPOINT_URL MODEL_DIR ORT_DYLIB_PATH ENABLE_AI_RECOMMENDATIONS ENABLE_NLP_ANALYSIS ENABLE_AUTO_PATHWAYS";

/// What no service reads.
const WEB: &[Setting] = &[Setting::new(
    "WEB_PORT",
    "Port of the web app on this machine: of its development server, and of its container.",
)
.default("5173")];

/// What the Compose files alone read.
const COMPOSE: &[Setting] = &[
    Setting::new(
        "POSTGRES_PASSWORD",
        "Password of the database that docker-compose.yml starts; infrastructure/docker/make-secrets --env makes one.",
    ),
    Setting::new("AI_PORT", "Port of ai-service's probes on this machine, in docker-compose.yml.")
        .default("8000"),
    Setting::new("HTTP_PORT", "Port of this machine that leads people on to HTTPS, in docker-compose.prod.yml.")
        .default("80"),
    Setting::new(
        "HTTPS_PORT",
        "Port of this machine for people, in docker-compose.prod.yml. Another one than 443 belongs into PUBLIC_URL too.",
    )
    .default("443"),
    Setting::new("IMAGE_PREFIX", "Where the platform's images come from, with a slash at its end. Empty: built here."),
    Setting::new(
        "IMAGE_TAG",
        "Version of the platform's images, such as 1.2.3. docker-compose.prod.yml wants one; what was built here is `latest`.",
    ),
    Setting::new("SECRETS_DIR", "Folder with the secrets that infrastructure/docker/make-secrets makes.")
        .default("./.data/secrets"),
    Setting::new(
        "EDGE_SUBNET",
        "Network between NGINX and the gateway: the addresses whose X-Forwarded-For is believed. Another one where it is taken.",
    )
    .default("172.31.250.0/24"),
    Setting::new("POSTGRES_IMAGE", "Image of PostgreSQL.").default("postgres:15-alpine"),
    Setting::new("REDIS_IMAGE", "Image of Redis.").default("redis:7-alpine"),
    Setting::new("NGINX_IMAGE", "Image of NGINX.").default("nginxinc/nginx-unprivileged:stable"),
    Setting::new("PROMETHEUS_IMAGE", "Image of Prometheus, of the profile `observability`.")
        .default("prom/prometheus:v3.5.0"),
    Setting::new("PROMETHEUS_PORT", "Port of Prometheus on this machine.").default("9090"),
    Setting::new(
        "BACKUP_TARGET",
        "Where backups go, of the profile `backup`: a folder of its container, or s3://bucket/prefix.",
    )
    .default("/backup"),
    Setting::new(
        "BACKUP_DIR",
        "Folder of this machine that stands at /backup there; it belongs to user 65532. Else a volume.",
    )
    .default("backups"),
    Setting::new("BACKUP_KEEP", "Backups that are kept, at least 7.").default("14"),
    Setting::new(
        "BACKUP_AGE_RECIPIENT",
        "Public key of age that backups are encrypted with. Empty: they are not.",
    ),
    Setting::new(
        "BACKUP_ACCESS_KEY_ID",
        "Name of the key of the bucket of backups; the key is the file backup_storage_key in SECRETS_DIR.",
    ),
];

fn rendered() -> String {
    env_example::render(&[
        ("Every service", service_runtime::settings::COMMON),
        ("api-gateway", api_gateway::SETTINGS),
        ("credential-service", credential_service::SETTINGS),
        ("ai-service", ai_service::settings::SETTINGS),
        ("web", WEB),
        ("Compose", COMPOSE),
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

/// Variables that a Compose file takes from its surroundings.
fn variables(compose: &str) -> BTreeSet<&str> {
    let parts = compose.split("${").skip(1);
    parts
        .filter_map(|part| part.split([':', '?', '-', '}']).next())
        .collect()
}

#[test]
fn every_variable_of_the_compose_files_is_there() {
    let example = rendered();
    let present = names(&example);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for file in ["docker-compose.yml", "docker-compose.prod.yml"] {
        let compose = std::fs::read_to_string(root.join(file)).unwrap();
        let asked = variables(&compose);
        assert!(asked.len() > 3, "{file}: {asked:?}");
        let missing: Vec<&&str> = asked.difference(&present).collect();
        assert!(missing.is_empty(), "{file}: {missing:?}");
    }
    assert_eq!(
        variables("image: ${NEW_ONE:-x}"),
        BTreeSet::from(["NEW_ONE"])
    );
}
