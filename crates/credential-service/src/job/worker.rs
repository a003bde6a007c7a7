//! The loop that takes jobs and has a bounded number of them done at once.

use std::sync::Arc;
use std::time::Duration;

use service_runtime::Shutdown;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::places::{LeftOut, Places, Question};
use super::queue::{Queue, Taken};
use super::run::{LAST_STATEMENTS, Outcome, attempt};
use super::{Kind, upkeep};
use crate::store::pool::Database;

/// Pace of the question for due jobs: half of it is the mean delay of a job.
const PACE: Duration = Duration::from_secs(1);

/// How a worker works.
#[derive(Clone, Copy, Debug)]
pub struct WorkerOptions {
    /// Jobs done at the same time.
    pub concurrency: usize,
    /// Time after which the job of a dead worker is taken again.
    pub lease: Duration,
    /// Time that running jobs get to end once the shutdown begins; then their leases are given back.
    pub patience: Duration,
}

/// Does jobs of the kinds it knows.
pub struct Worker {
    queue: Queue,
    kinds: Arc<Vec<Arc<dyn Kind>>>,
    options: WorkerOptions,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Worker")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Worker {
    /// A worker that knows these kinds. Jobs of other kinds are left to workers that know them.
    #[must_use]
    pub fn new(database: Database, kinds: Vec<Arc<dyn Kind>>, options: WorkerOptions) -> Self {
        Self {
            queue: Queue::new(database, options.lease),
            kinds: Arc::new(kinds),
            options,
        }
    }

    /// Works until the shutdown begins, then lets running jobs end, and gives back those that do not.
    pub async fn run(self, shutdown: Shutdown) {
        let care = tokio::spawn(upkeep::run(
            self.queue.clone(),
            Arc::clone(&self.kinds),
            shutdown.clone(),
        ));
        let stop = Shutdown::new();
        let mut running = JoinSet::new();
        self.take_and_run(&shutdown, &stop, &mut running).await;
        care.abort();
        let patience = self.options.patience.saturating_sub(LAST_STATEMENTS);
        if timeout(patience, all_ended(&mut running)).await.is_err() {
            tracing::warn!(jobs = running.len(), "jobs that still run are given back");
            stop.begin();
            drop(timeout(LAST_STATEMENTS, all_ended(&mut running)).await);
        }
    }

    async fn take_and_run(
        &self,
        shutdown: &Shutdown,
        stop: &Shutdown,
        running: &mut JoinSet<Outcome>,
    ) {
        let mut places = Places::new(self.options.concurrency);
        // What a question left out that found less than it asked for. Until the next tick, one that leaves out as much is not
        // asked: each of them passes over everything that waits for a full lane.
        let mut in_vain: Option<LeftOut> = None;
        let mut ticks = interval(PACE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !shutdown.is_begun() {
            while let Some(ended) = running.try_join_next_with_id() {
                leave(&mut places, ended);
            }
            let Question { count, left_out } = places.question();
            let known = in_vain.as_ref().is_some_and(|one| left_out.covers(one));
            if count > 0 && !known {
                let taken = self.take(&left_out, count).await;
                if taken.len() < count {
                    in_vain = Some(left_out);
                }
                for one in taken {
                    self.start(one, stop, running, &mut places);
                }
                continue;
            }
            // The next place that gets free is filled at once.
            tokio::select! {
                () = shutdown.begun() => return,
                Some(ended) = running.join_next_with_id() => leave(&mut places, ended),
                _tick = ticks.tick() => in_vain = None,
            }
        }
    }

    async fn take(&self, left_out: &LeftOut, count: usize) -> Vec<Taken> {
        let kinds = self.kinds.iter();
        let kinds = kinds.filter(|kind| !(left_out.slow && kind.is_slow()));
        let names: Vec<&str> = kinds.map(|kind| kind.name()).collect();
        if names.is_empty() {
            return Vec::new();
        }
        match self.queue.claim(&names, &left_out.lanes(), count).await {
            Ok(taken) => taken,
            Err(failure) => {
                tracing::warn!(cause = failure.cause_chain(), "jobs cannot be taken");
                Vec::new()
            }
        }
    }

    fn start(
        &self,
        taken: Taken,
        stop: &Shutdown,
        running: &mut JoinSet<Outcome>,
        places: &mut Places,
    ) {
        let known = self.kinds.iter().find(|kind| kind.name() == taken.job.kind);
        if let Some(kind) = known {
            let lane = taken.lane.clone();
            let doing = attempt(self.queue.clone(), Arc::clone(kind), taken, stop.clone());
            let started = running.spawn(doing);
            places.enter(started.id(), kind.is_slow(), lane);
        }
    }
}

fn leave(places: &mut Places, ended: Result<(Id, Outcome), JoinError>) {
    match ended {
        Ok((id, outcome)) => places.leave(id, outcome),
        Err(error) => places.leave(error.id(), Outcome::Lost),
    }
}

async fn all_ended(running: &mut JoinSet<Outcome>) {
    while running.join_next().await.is_some() {}
}
