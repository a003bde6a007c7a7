//! Forgets answers that are older than they are kept.

use domain::Failure;
use service_runtime::Shutdown;
use tokio::time::sleep;

use super::{AT_ONCE, PACE};
use crate::store::{Database, idempotency, prediction};

/// Forgets until the shutdown begins, first at once and then every hour.
pub(crate) async fn run(database: Database, days: i32, shutdown: Shutdown) {
    loop {
        tokio::select! {
            () = shutdown.begun() => return,
            forgotten = forget(&database, days) => match forgotten {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "old answers were forgotten"),
                Err(failure) => {
                    tracing::warn!(cause = failure.cause_chain(), "old answers stay for now");
                }
            },
        }
        tokio::select! {
            () = shutdown.begun() => return,
            () = sleep(PACE) => {}
        }
    }
}

/// Forgets everything that is too old; says how many rows.
async fn forget(database: &Database, days: i32) -> Result<usize, Failure> {
    let mut total = 0_usize;
    loop {
        let mut connection = database.connection().await?;
        let predictions = prediction::prune(&mut connection, days, AT_ONCE).await?;
        let keys = idempotency::prune(&mut connection, AT_ONCE).await?;
        let forgotten = predictions.saturating_add(keys);
        if forgotten == 0 {
            return Ok(total);
        }
        total = total.saturating_add(forgotten);
    }
}
