//! One question per process, ten times a second: what is the newest event that may be delivered?
//!
//! Followers wait for its answer, so that a thousand of them cost the database no more than one.

use std::time::Duration;

use domain::Failure;
use service_runtime::Shutdown;
use tokio::time::{MissedTickBehavior, interval};

use super::Feed;
use crate::store::Mode;
use crate::store::outbox_events::{self, Pulse};
use crate::store::pool::Database;

/// Pace of the question: half of it is the mean delay of the feed.
const PACE: Duration = Duration::from_millis(100);
/// Longest wait of an event behind a running transaction that followers need not hear of.
const PROMPT_SECONDS: f64 = 0.5;

/// Asks until the shutdown begins.
pub(crate) async fn run(feed: Feed, database: Database, shutdown: Shutdown) {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.begun() => return,
            _tick = ticks.tick() => {}
        }
        // A failure is the health check's to report; the next tick asks again.
        if let Ok(pulse) = ask(&database).await {
            metrics::gauge!("outbox_oldest_seconds").set(pulse.held_back_seconds);
            feed.beat.send_modify(|beat| {
                beat.newest = pulse.newest.max(beat.newest);
                beat.is_prompt = pulse.held_back_seconds < PROMPT_SECONDS;
            });
        }
    }
}

async fn ask(database: &Database) -> Result<Pulse, Failure> {
    let mut transaction = database.begin_background(Mode::Read).await?;
    let pulse = outbox_events::pulse(&mut transaction).await?;
    transaction.commit().await?;
    Ok(pulse)
}
