//! One attempt at one job, under its lease.

use std::sync::Arc;
use std::time::Duration;

use service_runtime::Shutdown;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tracing::Instrument;

use super::queue::{Queue, Taken};
use super::{Again, JobError, Kind};

/// How an attempt ended; the label of the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    Retried,
    Parked,
    Released,
    Lost,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retried => "retried",
            Self::Parked => "parked",
            Self::Released => "released",
            Self::Lost => "lost",
        }
    }
}

/// Why the work stopped before it ended by itself.
enum Interrupted {
    LeaseLost,
    Stopping,
}

/// Does a job and writes down how it ended. `stop` begins when nothing may run any longer.
pub(super) async fn attempt(
    queue: Queue,
    kind: Arc<dyn Kind>,
    taken: Taken,
    stop: Shutdown,
) -> Outcome {
    let span = tracing::info_span!("job", kind = kind.name(), job = %taken.job.id, attempt = taken.job.attempt);
    async move {
        metrics::gauge!("jobs_running").increment(1.0);
        let begun = Instant::now();
        let outcome = outcome(&queue, &kind, &taken, &stop).await;
        metrics::gauge!("jobs_running").decrement(1.0);
        metrics::counter!("jobs_handled_total", "kind" => kind.name(), "outcome" => outcome.as_str())
            .increment(1);
        metrics::histogram!("job_duration_seconds", "kind" => kind.name())
            .record(begun.elapsed().as_secs_f64());
        outcome
    }
    .instrument(span)
    .await
}

/// Gives up a job whose worker died in its last attempt.
pub(super) async fn give_up(queue: &Queue, kind: &dyn Kind, taken: &Taken) {
    let outcome = park(queue, kind, taken, "the worker died in the last attempt").await;
    metrics::counter!("jobs_handled_total", "kind" => kind.name(), "outcome" => outcome.as_str())
        .increment(1);
}

async fn outcome(queue: &Queue, kind: &Arc<dyn Kind>, taken: &Taken, stop: &Shutdown) -> Outcome {
    match under_lease(queue, kind, taken, stop).await {
        Ok(Ok(())) => finish(queue, taken).await,
        Ok(Err(error)) => failed(queue, kind.as_ref(), taken, &error).await,
        Err(Interrupted::LeaseLost) => {
            tracing::warn!("the lease was lost; another worker does it again");
            Outcome::Lost
        }
        Err(Interrupted::Stopping) => match queue.release(taken.held).await {
            Ok(true) => Outcome::Released,
            Ok(false) => Outcome::Lost,
            Err(failure) => lost(&failure),
        },
    }
}

/// Does the work while somebody prolongs the lease; a panic is a failure like any other.
async fn under_lease(
    queue: &Queue,
    kind: &Arc<dyn Kind>,
    taken: &Taken,
    stop: &Shutdown,
) -> Result<Result<(), JobError>, Interrupted> {
    let (doer, job) = (Arc::clone(kind), taken.job.clone());
    let limit = kind.limit();
    let work = async move {
        timeout(limit, doer.run(&job))
            .await
            .unwrap_or_else(|_elapsed| {
                Err(JobError::retry(format!(
                    "took longer than {} s",
                    limit.as_secs()
                )))
            })
    };
    let mut working = AbortOnDrop(tokio::spawn(work.in_current_span()));
    tokio::select! {
        ended = &mut working.0 => Ok(ended.unwrap_or_else(|_panic| Err(JobError::retry("the job panicked")))),
        () = keep_lease(queue, taken) => Err(Interrupted::LeaseLost),
        () = stop.begun() => Err(Interrupted::Stopping),
    }
}

/// Work that ends with its owner.
struct AbortOnDrop(tokio::task::JoinHandle<Result<(), JobError>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Prolongs the lease three times in its life; returns once it cannot be counted on any longer.
async fn keep_lease(queue: &Queue, taken: &Taken) {
    let pace = queue.lease() / 3;
    let mut good_until = Instant::now() + queue.lease();
    let mut ticks = interval_at(Instant::now() + pace, pace);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let asked = Instant::now();
        match timeout(pace, queue.renew(taken.held)).await {
            Ok(Ok(true)) => good_until = asked + queue.lease(),
            Ok(Ok(false)) => return,
            Ok(Err(_)) | Err(_) => {}
        }
        // The next answer would come too late: from then on another worker may have the job.
        if Instant::now() + pace >= good_until {
            return;
        }
    }
}

async fn finish(queue: &Queue, taken: &Taken) -> Outcome {
    match queue.finish(taken.held).await {
        Ok(true) => Outcome::Done,
        Ok(false) => lost(&"another worker has taken the job over"),
        Err(failure) => lost(&failure),
    }
}

async fn failed(queue: &Queue, kind: &dyn Kind, taken: &Taken, error: &JobError) -> Outcome {
    let delay = match error.again {
        Again::Never => None,
        _again if taken.job.is_last_attempt() => None,
        Again::After(delay) => Some(delay),
        Again::Later => Some(kind.backoff().delay(taken.job.attempt, rand::random())),
    };
    let Some(delay) = delay else {
        return park(queue, kind, taken, &error.message).await;
    };
    tracing::warn!(error = error.message, again_in = ?delay, "the job failed");
    match queue.postpone(taken.held, delay, &error.message).await {
        Ok(true) => Outcome::Retried,
        Ok(false) => Outcome::Lost,
        Err(failure) => lost(&failure),
    }
}

async fn park(queue: &Queue, kind: &dyn Kind, taken: &Taken, error: &str) -> Outcome {
    match queue.park(taken, kind, error).await {
        Ok(true) => {
            tracing::error!(error, "the job is given up");
            Outcome::Parked
        }
        Ok(false) => Outcome::Lost,
        Err(cause) => lost(&cause),
    }
}

/// The end of the attempt could not be written down: the lease runs out and the job is done again.
fn lost(cause: &dyn std::fmt::Display) -> Outcome {
    tracing::warn!(%cause, "how the job ended could not be recorded; it will be done again");
    Outcome::Lost
}

/// Time that the last statements get once nothing may run any longer.
pub(super) const LAST_STATEMENTS: Duration = Duration::from_secs(2);
