//! The loop that takes jobs and has a bounded number of them done at once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use service_runtime::Shutdown;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::queue::{Queue, Taken};
use super::run::{LAST_STATEMENTS, attempt};
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

    async fn take_and_run(&self, shutdown: &Shutdown, stop: &Shutdown, running: &mut JoinSet<()>) {
        let every: Vec<&str> = self.kinds.iter().map(|kind| kind.name()).collect();
        let soon = self.kinds.iter().filter(|kind| !kind.is_slow());
        let soon: Vec<&str> = soon.map(|kind| kind.name()).collect();
        let mut slow = HashSet::new();
        let mut ticks = interval(PACE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !shutdown.is_begun() {
            while let Some(ended) = running.try_join_next_with_id() {
                slow.remove(&id_of(ended));
            }
            let free = self.options.concurrency.saturating_sub(running.len());
            let for_slow = most_slow(self.options.concurrency).saturating_sub(slow.len());
            let (names, count) = if for_slow == 0 {
                (&soon, free)
            } else {
                (&every, free.min(for_slow))
            };
            let taken = self.take(names, count).await;
            // A full answer says that there may be more.
            let more = taken.len() == count;
            for one in taken {
                self.start(one, stop, running, &mut slow);
            }
            if more && free > count {
                continue;
            }
            // The next place that gets free is filled at once.
            tokio::select! {
                () = shutdown.begun() => return,
                Some(ended) = running.join_next_with_id(), if more || for_slow == 0 => {
                    slow.remove(&id_of(ended));
                }
                _tick = ticks.tick() => {}
            }
        }
    }

    async fn take(&self, names: &[&str], free: usize) -> Vec<Taken> {
        if free == 0 || names.is_empty() {
            return Vec::new();
        }
        match self.queue.claim(names, free).await {
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
        running: &mut JoinSet<()>,
        slow: &mut HashSet<Id>,
    ) {
        let known = self.kinds.iter().find(|kind| kind.name() == taken.job.kind);
        if let Some(kind) = known {
            let doing = attempt(self.queue.clone(), Arc::clone(kind), taken, stop.clone());
            let started = running.spawn(doing);
            if kind.is_slow() {
                slow.insert(started.id());
            }
        }
    }
}

/// Most slow jobs at the same time: all places but one, so that a mail never waits for somebody else's server.
fn most_slow(concurrency: usize) -> usize {
    concurrency.saturating_sub(1).max(1)
}

fn id_of(ended: Result<(Id, ()), JoinError>) -> Id {
    match ended {
        Ok((id, ())) => id,
        Err(error) => error.id(),
    }
}

async fn all_ended(running: &mut JoinSet<()>) {
    while running.join_next().await.is_some() {}
}
