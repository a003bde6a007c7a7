//! Makes changes visible to the search by words, some at a time, and tells the metrics.

use std::sync::Arc;
use std::time::Duration;

use rust_decimal::prelude::ToPrimitive;
use service_runtime::{BlockingPool, Shutdown};
use tokio::time::{MissedTickBehavior, interval};

use super::Progress;
use crate::index::Index;

/// A change is visible within this time; more often would cost the writer more than it gives the reader.
const PACE: Duration = Duration::from_millis(300);

/// Commits until the shutdown begins.
pub(crate) async fn run(
    index: Arc<Index>,
    progress: Arc<Progress>,
    pool: BlockingPool,
    shutdown: Shutdown,
) {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.begun() => return,
            _ = ticks.tick() => {}
        }
        let committing = Arc::clone(&index);
        match pool.run(move || committing.commit()).await {
            Ok(Ok(_changed)) => {}
            Ok(Err(error)) => tracing::error!(%error, "the text index cannot be committed"),
            Err(error) => tracing::error!(%error, "the text index was not committed"),
        }
        let gauge = |count: usize| count.to_f64().unwrap_or(0.0);
        metrics::gauge!("index_documents").set(gauge(index.len()));
        metrics::gauge!("index_backlog_documents").set(gauge(progress.backlog()));
        metrics::gauge!("index_passage_backlog_documents").set(gauge(progress.passage_backlog()));
        metrics::gauge!("feed_lag_seconds").set(progress.lag_seconds());
    }
}
