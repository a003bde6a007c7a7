//! Why a process ended badly.

use std::{io, net::SocketAddr, time::Duration};

use crate::{errors::BoxError, settings::Problems, telemetry::TelemetryError};

/// Says why a process ended badly; each kind has its exit code.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The settings are refused; nothing was bound or connected.
    #[error("the settings are refused")]
    Settings(#[from] Problems),
    /// The async runtime cannot start.
    #[error("the runtime cannot start")]
    Runtime(#[source] io::Error),
    /// Logs, traces or metrics cannot be installed.
    #[error("telemetry cannot be installed")]
    Telemetry(#[from] TelemetryError),
    /// Signals cannot be received.
    #[error("signals cannot be received")]
    Signals(#[source] io::Error),
    /// The internal port cannot be bound.
    #[error("cannot bind the admin port `{address}`")]
    AdminPort {
        /// Address that was asked for.
        address: SocketAddr,
        /// What the system answered.
        source: io::Error,
    },
    /// The running service is not ready, says [`healthcheck`](super::healthcheck()).
    #[error("the service at `{address}` is not ready")]
    NotReady {
        /// Address that was asked.
        address: SocketAddr,
        /// What it answered.
        source: io::Error,
    },
    /// The service could not be built.
    #[error("cannot start")]
    Build(#[source] BoxError),
    /// The service failed while serving.
    #[error("failed while serving")]
    Serve(#[source] BoxError),
    /// Running work did not finish in time and was abandoned.
    #[error("running work did not finish within {0:?} and was abandoned")]
    DrainDeadline(Duration),
}

impl RunError {
    /// Returns the exit code: 64 bad settings, 70 failure, 75 drain deadline passed.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Settings(_) => 64,
            Self::Runtime(_)
            | Self::Telemetry(_)
            | Self::Signals(_)
            | Self::AdminPort { .. }
            | Self::NotReady { .. }
            | Self::Build(_)
            | Self::Serve(_) => 70,
            Self::DrainDeadline(_) => 75,
        }
    }

    /// Tells whether it happened before the log existed, so that it must be printed.
    pub(super) const fn is_unlogged(&self) -> bool {
        match self {
            Self::Settings(_) | Self::Runtime(_) | Self::Telemetry(_) | Self::NotReady { .. } => {
                true
            }
            Self::Signals(_)
            | Self::AdminPort { .. }
            | Self::Build(_)
            | Self::Serve(_)
            | Self::DrainDeadline(_) => false,
        }
    }
}
