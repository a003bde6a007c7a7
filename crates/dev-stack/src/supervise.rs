//! Brings services back that end unasked.

use std::time::Duration;

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use crate::service::RunningService;

const SLOWEST: Duration = Duration::from_secs(30);

/// Keeps a service running until asked to stop, then drains it.
///
/// A service that ends unasked is started again on the same ports, after a pause that doubles each time it fails to come back.
///
/// # Errors
/// When the service does not drain in time.
pub async fn keep_running(
    mut service: RunningService,
    stop: CancellationToken,
    mut say: impl FnMut(String),
) -> Result<()> {
    let mut pause = Duration::from_millis(500);
    loop {
        tokio::select! {
            () = stop.cancelled() => return service.stop().await,
            status = service.ended() => say(format!("{} ended unasked ({}); starting it again", service.name(), status?)),
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
        }
        match service.restart().await {
            Ok(()) => pause = Duration::from_millis(500),
            Err(error) => {
                say(format!("{error:#}"));
                pause = (pause * 2).min(SLOWEST);
            }
        }
    }
}
