//! Prometheus metrics, recorded through the `metrics` crate and rendered as text.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of histograms whose name ends with `_seconds`: from a cache hit to a patient upload.
pub const DURATION_BUCKETS_SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Lends the metrics of this process; clones speak about the same metrics.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// Installs the recorder for the whole process.
    ///
    /// # Errors
    /// A recorder is already installed.
    pub fn install() -> Result<Self, BuildError> {
        Ok(Self {
            handle: builder()?.install_recorder()?,
        })
    }

    /// Makes metrics nobody records into, for tests that start services in one process.
    #[must_use]
    pub fn detached() -> Self {
        Self {
            handle: PrometheusBuilder::new().build_recorder().handle(),
        }
    }

    /// Renders everything in the Prometheus text format.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Folds recorded samples into the histograms; without it they pile up between scrapes.
    pub fn run_upkeep(&self) {
        self.handle.run_upkeep();
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Metrics").finish_non_exhaustive()
    }
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(
        Matcher::Suffix("_seconds".to_owned()),
        &DURATION_BUCKETS_SECONDS,
    )
}

#[cfg(test)]
mod tests {
    use super::{Metrics, builder};

    #[test]
    fn durations_are_histograms() {
        let recorder = builder().unwrap().build_recorder();
        let metrics = Metrics {
            handle: recorder.handle(),
        };

        metrics::with_local_recorder(&recorder, || {
            metrics::histogram!("http_request_duration_seconds", "route" => "/v1/x").record(0.02);
        });
        metrics.run_upkeep();

        let text = metrics.render();
        assert!(
            text.contains("http_request_duration_seconds_bucket{route=\"/v1/x\",le=\"0.025\"} 1")
        );
        assert!(
            text.contains("http_request_duration_seconds_bucket{route=\"/v1/x\",le=\"0.01\"} 0")
        );
    }
}
