//! Answers to probes.

use serde::Serialize;
use utoipa::ToSchema;

use crate::health::{Dependencies, DependencyStatus};

/// How the platform is, seen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OverallStatus {
    /// Everything answers.
    Healthy,
    /// Something is away without which the catalogue still works.
    Degraded,
    /// The catalogue is away.
    Unhealthy,
}

impl From<Dependencies> for OverallStatus {
    fn from(dependencies: Dependencies) -> Self {
        let down = DependencyStatus::Unhealthy;
        if dependencies.database == down {
            Self::Unhealthy
        } else if dependencies.cache == down || dependencies.ai_service == down {
            Self::Degraded
        } else {
            Self::Healthy
        }
    }
}

/// Answer of `/health`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthReport {
    /// All in all.
    pub(crate) status: OverallStatus,
    /// Version of the gateway.
    #[schema(example = "0.1.0")]
    pub(crate) version: &'static str,
    /// Seconds since the gateway began.
    #[schema(example = 3600)]
    pub(crate) uptime: u64,
    /// One by one.
    pub(crate) services: Dependencies,
}

/// Answer of `/health/live`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Liveness {
    /// Always `alive`.
    #[schema(example = "alive")]
    pub(crate) status: &'static str,
}

/// Answer of `/health/ready`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadinessReport {
    /// Whether traffic is welcome.
    pub(crate) ready: bool,
    /// What stands in the way.
    pub(crate) reasons: Vec<String>,
    /// What is away without which it still works.
    pub(crate) degraded: Vec<String>,
}
