//! What is done again and again: old rows go, the record is signed and verified, reports are made, people are reminded.
//!
//! # Promises
//! Every worker knows the same tasks; the table `scheduled_tasks` says when each is due, and who is due takes a lease on its
//! row. So a task is done once in each period however many workers there are. A worker that dies leaves a lease that runs
//! out, and another goes on; after a time without workers a task is done once, not once for every period that was missed.
//! A task that fails is tried again after a minute, then less and less often, and stays visible:
//! `scheduled_task_failures{task}` and `credential-service jobs` tell.
//!
//! # Why these are no jobs
//! A job is done once, because somebody asked for it, and its row says how that went. A task has no end: one row of it says
//! how it stands now, and a task that fails for a week leaves one reason behind instead of a thousand parked jobs.

pub(crate) mod audit;
pub(crate) mod prune;
pub(crate) mod report;
pub(crate) mod review;
mod run;

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use futures::future::BoxFuture;
use service_runtime::Shutdown;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use self::run::{Ledger, attempt};
use crate::store::pool::Database;

/// Pace of the question for tasks that are due.
const PACE: Duration = Duration::from_secs(1);
/// How every task stands is measured every so many questions.
const MEASURE_EVERY: u32 = 15;
/// Tasks done at the same time by one worker: a long one does not hold up the others, and the jobs keep their connections.
const AT_ONCE: usize = 2;
/// Time that the last statements get once the shutdown has begun.
const LAST_STATEMENTS: Duration = Duration::from_secs(2);

/// When a task is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Time from one to the next.
    pub period: Duration,
    /// When the first of them begins, counted from midnight (UTC).
    pub offset: Duration,
}

impl Pace {
    /// Every so many minutes, counted from midnight.
    #[must_use]
    pub const fn minutes(minutes: u64) -> Self {
        Self {
            period: Duration::from_secs(60 * minutes),
            offset: Duration::ZERO,
        }
    }

    /// Once a day at this hour (UTC).
    #[must_use]
    pub const fn daily_at(hour: u64) -> Self {
        Self {
            period: Duration::from_secs(86_400),
            offset: Duration::from_secs(3_600 * hour),
        }
    }
}

/// Something that is done again and again.
pub trait Task: Send + Sync {
    /// The name in the table and in metrics; it never changes.
    fn name(&self) -> &'static str;

    /// When it is due.
    fn pace(&self) -> Pace;

    /// Longest time one run may take.
    fn limit(&self) -> Duration {
        Duration::from_secs(300)
    }

    /// Does it; says how much there was to do, such as rows removed. It must bear being done twice, and being dropped at
    /// any await.
    fn run(&self) -> BoxFuture<'_, Result<u64, Failure>>;
}

/// Does tasks when they are due.
pub struct Scheduler {
    ledger: Ledger,
    tasks: Vec<Arc<dyn Task>>,
}

impl std::fmt::Debug for Scheduler {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Scheduler")
            .field("tasks", &self.tasks.len())
            .finish_non_exhaustive()
    }
}

impl Scheduler {
    /// A scheduler that knows these tasks. Others in the table are left to workers that know them.
    #[must_use]
    pub fn new(database: Database, tasks: Vec<Arc<dyn Task>>) -> Self {
        Self {
            ledger: Ledger::new(database),
            tasks,
        }
    }

    /// Does what is due until the shutdown begins; what then still runs is given back.
    pub async fn run(self, shutdown: Shutdown) {
        let mut running = JoinSet::new();
        let mut ticks = interval(PACE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut known = false;
        let mut round = 0_u32;
        loop {
            tokio::select! {
                () = shutdown.begun() => break,
                _tick = ticks.tick() => {}
            }
            while running.try_join_next().is_some() {}
            let done = self.tick(&mut known, round, &mut running, &shutdown).await;
            if let Err(failure) = done {
                tracing::warn!(cause = failure.cause_chain(), "tasks cannot be looked up");
            }
            round = round.wrapping_add(1);
        }
        let ended = async { while running.join_next().await.is_some() {} };
        drop(timeout(LAST_STATEMENTS, ended).await);
    }

    async fn tick(
        &self,
        known: &mut bool,
        round: u32,
        running: &mut JoinSet<()>,
        shutdown: &Shutdown,
    ) -> Result<(), Failure> {
        let names: Vec<&str> = self.tasks.iter().map(|task| task.name()).collect();
        if !*known {
            self.ledger.register(&names).await?;
            *known = true;
        }
        if round.is_multiple_of(MEASURE_EVERY) {
            self.ledger.measure().await?;
        }
        if running.len() >= AT_ONCE {
            return Ok(());
        }
        for due in self.ledger.due(&names).await? {
            let task = self.tasks.iter().find(|task| task.name() == due);
            if let Some(task) = task
                && running.len() < AT_ONCE
                && let Some(lease) = self.ledger.claim(task.as_ref()).await?
            {
                let doing = attempt(
                    self.ledger.clone(),
                    Arc::clone(task),
                    lease,
                    shutdown.clone(),
                );
                running.spawn(doing);
            }
        }
        Ok(())
    }
}
