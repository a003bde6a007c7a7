//! The end of a service: no new traffic, then no new work, then nothing.

use std::{pin::pin, time::Duration};

use tokio::time;

use super::RunError;
use crate::{
    errors::BoxError,
    health::Health,
    settings::CommonSettings,
    shutdown::{Shutdown, StopRequest},
};

/// How long each step of the end may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct DrainLimits {
    pub(super) delay: Duration,
    pub(super) timeout: Duration,
}

impl From<&CommonSettings> for DrainLimits {
    fn from(common: &CommonSettings) -> Self {
        Self {
            delay: common.drain_delay,
            timeout: common.drain_timeout,
        }
    }
}

/// Serves until asked to stop, then: readiness false, delay, shutdown, and a deadline for what still runs.
///
/// The service keeps serving during the delay, because load balancers still send requests.
pub(super) async fn serve_then_drain<Failure: Into<BoxError>>(
    serving: impl Future<Output = Result<(), Failure>>,
    stop: &StopRequest,
    health: &Health,
    shutdown: &Shutdown,
    limits: DrainLimits,
) -> Result<(), RunError> {
    let ended =
        |outcome: Result<(), Failure>| outcome.map_err(|failure| RunError::Serve(failure.into()));
    let mut serving = pin!(serving);

    tokio::select! {
        outcome = &mut serving => {
            tracing::warn!("the service ended without being asked");
            return ended(outcome);
        }
        () = stop.asked() => {}
    }

    health.drain();
    tracing::info!(delay = ?limits.delay, deadline = ?limits.timeout, "draining");
    tokio::select! {
        outcome = &mut serving => return ended(outcome),
        () = time::sleep(limits.delay) => {}
        () = stop.insisted() => {}
    }

    shutdown.begin();
    tokio::select! {
        // What is already finished counts as finished, even at the deadline.
        biased;
        outcome = &mut serving => ended(outcome),
        () = time::sleep(limits.timeout) => Err(RunError::DrainDeadline(limits.timeout)),
        () = stop.insisted() => Err(RunError::DrainDeadline(Duration::ZERO)),
    }
}
