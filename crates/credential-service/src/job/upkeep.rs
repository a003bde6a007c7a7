//! What somebody has to do for the queue: count, prune, give up what killed its worker.

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use service_runtime::Shutdown;
use tokio::time::{MissedTickBehavior, interval};

use super::Kind;
use super::queue::Queue;
use super::run::give_up;

/// Pace of the count.
const PACE: Duration = Duration::from_secs(5);
/// Pruning comes every so many counts.
const PRUNE_EVERY: u32 = 12;

/// Looks after the queue until the shutdown begins.
pub(super) async fn run(queue: Queue, kinds: Arc<Vec<Arc<dyn Kind>>>, shutdown: Shutdown) {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut round = 0_u32;
    loop {
        tokio::select! {
            () = shutdown.begun() => return,
            _tick = ticks.tick() => {}
        }
        if let Err(failure) = look_after(&queue, &kinds, round.is_multiple_of(PRUNE_EVERY)).await {
            tracing::warn!(
                cause = failure.cause_chain(),
                "the queue could not be looked after"
            );
        }
        round = round.wrapping_add(1);
    }
}

async fn look_after(queue: &Queue, kinds: &[Arc<dyn Kind>], prune: bool) -> Result<(), Failure> {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    for taken in queue.claim_exhausted(&names).await? {
        if let Some(kind) = kinds.iter().find(|kind| kind.name() == taken.job.kind) {
            give_up(queue, kind.as_ref(), &taken).await;
        }
    }
    let state = queue.state().await?;
    for (name, count) in [
        ("jobs_waiting", state.waiting),
        ("jobs_parked", state.parked),
    ] {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        metrics::gauge!(name).set(f64::from(count));
    }
    metrics::gauge!("jobs_oldest_seconds").set(state.oldest_seconds.max(0.0));
    if prune {
        queue.prune().await?;
    }
    Ok(())
}
