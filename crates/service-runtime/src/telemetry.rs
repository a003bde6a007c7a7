//! Logs, traces and metrics of a process, installed once.

pub mod metrics;

mod fields;
mod json_log;
mod log_output;
mod panic_log;
pub(crate) mod reports;
mod traces;

use std::io::{self, IsTerminal as _};

use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Metadata, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt as _, filter_fn},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

pub use self::metrics::Metrics;
use self::{json_log::JsonLog, log_output::LogOutput, reports::Reports, traces::FLUSH_LIMIT};
use crate::{
    run::Service,
    settings::{CommonSettings, LogFormat},
};

/// Says why logs, traces or metrics cannot be installed.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The log level is no filter.
    #[error("the log level is not understood")]
    LogLevel(#[from] tracing_subscriber::filter::ParseError),
    /// The exporter of spans cannot be built.
    #[error("spans cannot be exported")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The thread that writes the log cannot be started.
    #[error("the log cannot be written")]
    LogThread(#[from] io::Error),
    /// Something else already receives the logs of this process.
    #[error("logs are already installed")]
    Logs(#[from] tracing_subscriber::util::TryInitError),
    /// Something else already receives the metrics of this process.
    #[error("metrics are already installed")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

/// Libraries that tell, below INFO, what they carry: the values of statements, texts letter by letter.
const INDISCREET: &[&str] = &["tokenizers", "tokio_postgres"];

/// Keeps the telemetry alive; sends the remaining spans and reports, and writes the last lines of the log, when dropped.
#[derive(Debug)]
pub struct Telemetry {
    metrics: Metrics,
    traces: SdkTracerProvider,
    reports: Option<Reports>,
    log: Option<LogOutput>,
}

impl Telemetry {
    /// Installs logs, traces and metrics; call it once, inside the tokio runtime.
    ///
    /// Spans get trace ids even when nothing is exported, so that logs of several services can be joined.
    ///
    /// # Errors
    /// Telemetry is already installed, or a setting is not understood.
    pub fn init(service: &Service, common: &CommonSettings) -> Result<Self, TelemetryError> {
        let traces = traces::provider(service, common)?;
        // Before the log: the library reports this step, which would come ahead of `starting`.
        traces::install_globally(&traces);
        let (logs, log) = match common.log_format {
            LogFormat::Json => {
                let output = LogOutput::start()?;
                let layer = JsonLog::to(service.name(), output.clone());
                (layer.boxed(), Some(output))
            }
            LogFormat::Text => {
                let layer = fmt::layer().with_ansi(io::stdout().is_terminal());
                (layer.boxed(), None)
            }
        };
        // Spans carry the request id into events, whatever the level of the events.
        let spans = filter_fn(|metadata| metadata.is_span() && *metadata.level() <= Level::INFO)
            .with_max_level_hint(LevelFilter::INFO);
        let exports = common.otlp_endpoint.is_some();
        let exported = filter_fn(move |metadata| is_exported(metadata, exports))
            .with_max_level_hint(LevelFilter::INFO);
        // The hint lets everybody else's level decide, as before.
        let discreet = filter_fn(is_discreet).with_max_level_hint(LevelFilter::TRACE);
        let reports = Reports::new(service, common);
        let reported = reports.clone().map(|layer| {
            layer.with_filter(filter_fn(Reports::wants).with_max_level_hint(LevelFilter::INFO))
        });
        Registry::default()
            .with(reported)
            .with(traces::layer(service, &traces, exports).with_filter(exported))
            .with(
                logs.with_filter(
                    EnvFilter::try_new(&common.log_level)?
                        .or(spans)
                        .and(discreet),
                ),
            )
            .try_init()?;
        panic_log::install();
        Ok(Self {
            metrics: Metrics::install()?,
            traces,
            reports,
            log,
        })
    }

    /// Lends the metrics of this process.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Sends the remaining spans and reports; blocks for a few seconds at most, so call it outside async code.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(reports) = &self.reports {
            reports.close();
        }
        if let Err(error) = self.traces.shutdown_with_timeout(FLUSH_LIMIT) {
            tracing::warn!(%error, "the last spans were not exported");
        }
        if let Some(log) = &self.log {
            log.close();
        }
    }
}

/// Keeps details out of the traces, and the exporter from tracing itself. Without an exporter spans are only numbered: nobody
/// would read the events in them.
fn is_exported(metadata: &Metadata<'_>, exports: bool) -> bool {
    *metadata.level() <= Level::INFO
        && (exports || metadata.is_span())
        && !metadata.target().starts_with("opentelemetry")
}

/// Keeps secrets and personal texts out of the log, whatever its level.
fn is_discreet(metadata: &Metadata<'_>) -> bool {
    may_be_logged(metadata.target(), *metadata.level())
}

fn may_be_logged(target: &str, level: Level) -> bool {
    let library = target.split("::").next().unwrap_or(target);
    level <= Level::INFO || !INDISCREET.contains(&library)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::may_be_logged;

    #[test]
    fn libraries_that_tell_what_they_carry_are_heard_from_info_on() {
        assert!(!may_be_logged("tokio_postgres::query", Level::DEBUG));
        assert!(!may_be_logged("tokenizers", Level::TRACE));
        assert!(may_be_logged("tokio_postgres::connection", Level::INFO));
        assert!(may_be_logged("tokio_postgres_rustls", Level::DEBUG));
        assert!(may_be_logged("api_gateway::redis", Level::TRACE));
    }
}
