//! Finds out whether a replica is one of this primary, and has caught up.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::Failure;
use service_runtime::Shutdown;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{Replicas, is_as_far};
use crate::store::pool::Database;
use crate::store::transaction::Mode;
use crate::store::wal;

/// Pace of the checks.
const PACE: Duration = Duration::from_millis(500);
/// A check that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(2);

/// Checks one replica until the shutdown begins.
pub(super) async fn run(
    replicas: Arc<Replicas>,
    place: usize,
    primary: Database,
    shutdown: Shutdown,
) {
    let Some(replica) = replicas.all.get(place) else {
        return;
    };
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.begun() => return,
            _tick = ticks.tick() => {}
        }
        let checked = timeout(LIMIT, check(&replica.database, &primary, replicas.most_lag)).await;
        let (is_good, why) = match checked {
            Ok(Ok(true)) => (true, None),
            Ok(Ok(false)) => (
                false,
                Some("it is behind, or no replica of this primary".to_owned()),
            ),
            Ok(Err(failure)) => (false, failure.cause_chain()),
            Err(elapsed) => (false, Some(elapsed.to_string())),
        };
        let was_good = replica.is_good.swap(is_good, Ordering::Relaxed);
        match (was_good, is_good) {
            (false, true) => tracing::info!(replica = replica.name, "a replica is used"),
            (true, false) => {
                tracing::warn!(replica = replica.name, cause = why, "a replica is not used");
            }
            (true, true) | (false, false) => {}
        }
        metrics::gauge!("database_replica_usable", "replica" => replica.name.clone())
            .set(f64::from(u8::from(is_good)));
    }
}

async fn check(
    replica: &Database,
    primary: &Database,
    most_lag: Duration,
) -> Result<bool, Failure> {
    let mut there = primary.begin_background(Mode::Read).await?;
    let needed = wal::written(&mut there).await?;
    let wanted = wal::identity(&mut there).await?;
    there.commit().await?;
    tokio::time::sleep(most_lag).await;
    let mut here = replica.begin_background(Mode::Read).await?;
    let is_ours = wal::identity(&mut here).await? == wanted;
    let is_good = is_ours && is_as_far(wal::replayed(&mut here).await?, needed);
    here.commit().await?;
    Ok(is_good)
}
