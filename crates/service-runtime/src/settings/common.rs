//! The settings every service shares.

use std::{fmt, net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

use super::{Reader, Setting};
use crate::telemetry::reports;

/// Definitions of the settings every service shares.
pub const COMMON: &[Setting] = &[
    Setting::new(
        "APP_ENV",
        "Where the process runs: development, test or production. Production refuses placeholder secrets.",
    )
    .default("production"),
    Setting::new(
        "LOG_LEVEL",
        "Least severe event that is logged: error, warn, info, debug or trace, or directives such as `info,api_gateway=debug`.",
    )
    .default("info"),
    Setting::new(
        "LOG_FORMAT",
        "Shape of the log on standard output: json (one object per line) or text (for people).",
    )
    .default("json"),
    Setting::new(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OpenTelemetry collector that receives spans over gRPC, such as http://localhost:4317. Empty: spans are not exported.",
    ),
    Setting::new(
        "OTEL_TRACES_SAMPLER_ARG",
        "Fraction of the traces started here that are exported. Too high costs storage, too low hides rare failures.",
    )
    .default("1.0"),
    Setting::new(
        "SENTRY_DSN",
        "Address of a Sentry project that receives errors and panics, without personal data. Unset: they stay in the log.",
    )
    .secret(),
    Setting::new(
        "BIND_ADDRESS",
        "IP address all ports are bound to: 127.0.0.1 for this machine only, 0.0.0.0 inside containers.",
    )
    .default("127.0.0.1"),
    Setting::new(
        "ADMIN_PORT",
        "Internal port with /livez, /readyz and /metrics; never publish it. Several services on one host need different ones; 0 lets the system choose.",
    )
    .default("9464"),
    Setting::new(
        "DRAIN_DELAY_MS",
        "Time between withdrawing readiness and refusing connections, so that load balancers notice. Too low drops requests, too high slows deployments.",
    )
    .unit("ms")
    .default("0"),
    Setting::new(
        "DRAIN_TIMEOUT_MS",
        "Time running requests get to finish on shutdown. With the delay it must stay below the grace period of the platform (30 s in Kubernetes).",
    )
    .unit("ms")
    .default("8000"),
    Setting::new(
        "ANNOUNCE_FILE",
        "File that receives the process id and the bound addresses as JSON once the service has started. Empty: none.",
    ),
];

/// Says where a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppEnvironment {
    /// A developer's machine.
    Development,
    /// An automated test.
    Test,
    /// Real users and real data.
    Production,
}

impl AppEnvironment {
    /// Returns the word used in settings and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Production => "production",
        }
    }

    /// Tells whether the strictest rules apply.
    #[must_use]
    pub const fn is_production(self) -> bool {
        matches!(self, Self::Production)
    }
}

impl FromStr for AppEnvironment {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "development" => Ok(Self::Development),
            "test" => Ok(Self::Test),
            "production" => Ok(Self::Production),
            _ => Err(NotAChoice("development, test or production")),
        }
    }
}

impl fmt::Display for AppEnvironment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Shape of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object per line, for machines.
    Json,
    /// Coloured text, for people.
    Text,
}

impl FromStr for LogFormat {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err(NotAChoice("json or text")),
        }
    }
}

/// Says that a word is none of the choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct NotAChoice(pub &'static str);

/// Holds the settings every service shares.
#[derive(Clone, Debug)]
pub struct CommonSettings {
    /// Where the process runs.
    pub app_environment: AppEnvironment,
    /// Least severe event that is logged, as filter directives.
    pub log_level: String,
    /// Shape of the log.
    pub log_format: LogFormat,
    /// Collector that receives spans; `None` exports nothing.
    pub otlp_endpoint: Option<String>,
    /// Fraction of the traces started here that are exported.
    pub trace_fraction: f64,
    /// Sentry project that receives errors; `None` sends nothing.
    pub sentry_dsn: Option<SecretString>,
    /// Address of the internal port.
    pub admin_address: SocketAddr,
    /// Time between withdrawing readiness and refusing connections.
    pub drain_delay: Duration,
    /// Time running requests get to finish.
    pub drain_timeout: Duration,
    /// File that receives the bound addresses.
    pub announce_file: Option<PathBuf>,
}

impl CommonSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let app_environment = reader.required("APP_ENV");
        let log_level = reader.text("LOG_LEVEL");
        reader.check(
            EnvFilter::try_new(&log_level).is_ok(),
            "LOG_LEVEL",
            "is no level and no list of filter directives",
            "use error, warn, info, debug or trace",
        );
        let log_format = reader.required("LOG_FORMAT");
        let otlp_endpoint = reader.optional::<String>("OTEL_EXPORTER_OTLP_ENDPOINT");
        reader.check(
            otlp_endpoint
                .as_deref()
                .is_none_or(|endpoint| endpoint.starts_with("http://")),
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "must start with `http://`",
            "spans go to a collector beside the service, which encrypts the rest of the way",
        );
        let sentry_dsn = reader.optional_secret("SENTRY_DSN");
        reader.check(
            sentry_dsn.as_ref().is_none_or(reports::is_address),
            "SENTRY_DSN",
            "is not the address of a Sentry project",
            "copy it from the client keys of the project: https://key@host/number",
        );
        Self {
            app_environment: app_environment.unwrap_or(AppEnvironment::Production),
            log_level,
            log_format: log_format.unwrap_or(LogFormat::Json),
            otlp_endpoint,
            trace_fraction: reader.fraction("OTEL_TRACES_SAMPLER_ARG"),
            sentry_dsn,
            admin_address: reader.listen_address("ADMIN_PORT"),
            drain_delay: reader.duration_ms("DRAIN_DELAY_MS", 0..=60_000),
            drain_timeout: reader.duration_ms("DRAIN_TIMEOUT_MS", 0..=600_000),
            announce_file: reader.optional("ANNOUNCE_FILE"),
        }
    }
}
