//! One run of one task, under its lease.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use futures::FutureExt;
use service_runtime::Shutdown;
use tokio::time::{Instant, timeout};
use tracing::Instrument;
use uuid::Uuid;

use super::Task;
use crate::store::Mode;
use crate::store::pool::Database;
use crate::store::scheduled_tasks::{self, HeldTask};

/// A lease outlives the longest run by so much, for the statement that ends it.
const MARGIN: Duration = Duration::from_secs(30);
/// Failures in a row that are an operator's business; before that the database may just have been away.
const WORRYING: i32 = 3;
/// Characters of an error that are kept.
const ERROR_LENGTH: usize = 500;

/// The table as the scheduler sees it: every call is a short transaction of its own.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    database: Database,
}

impl Ledger {
    pub(super) const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Makes tasks known.
    pub(super) async fn register(&self, names: &[&str]) -> Result<(), Failure> {
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        scheduled_tasks::register(&mut transaction, names).await?;
        transaction.commit().await
    }

    /// Asks which of these tasks are due.
    pub(super) async fn due(&self, names: &[&str]) -> Result<Vec<String>, Failure> {
        let mut transaction = self.database.begin_background(Mode::Read).await?;
        let due = scheduled_tasks::due(&mut transaction, names).await?;
        transaction.commit().await?;
        Ok(due)
    }

    /// Takes a task; `None` when another worker was quicker.
    pub(super) async fn claim(&self, task: &dyn Task) -> Result<Option<Uuid>, Failure> {
        let lease = Uuid::now_v7();
        let held = HeldTask {
            name: task.name(),
            lease,
        };
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        let ours = scheduled_tasks::claim(&mut transaction, held, task.limit() + MARGIN).await?;
        transaction.commit().await?;
        Ok(ours.then_some(lease))
    }

    /// Shows operators how every task stands, whichever worker did it last.
    pub(super) async fn measure(&self) -> Result<(), Failure> {
        let mut transaction = self.database.begin_background(Mode::Read).await?;
        let tasks = scheduled_tasks::list(&mut transaction).await?;
        transaction.commit().await?;
        for task in tasks {
            metrics::gauge!("scheduled_task_failures", "task" => task.name.clone())
                .set(f64::from(task.failures));
            if let Some(moment) = task.last_succeeded_at {
                let seconds = u32::try_from(moment.timestamp()).unwrap_or(u32::MAX);
                metrics::gauge!("scheduled_task_last_success_timestamp_seconds", "task" => task.name)
                    .set(f64::from(seconds));
            }
        }
        Ok(())
    }

    async fn succeeded(
        &self,
        task: &dyn Task,
        held: HeldTask<'_>,
        count: u64,
    ) -> Result<(), Failure> {
        let pace = task.pace();
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        scheduled_tasks::succeeded(&mut transaction, held, pace.period, pace.offset, count).await?;
        transaction.commit().await
    }

    async fn failed(
        &self,
        task: &dyn Task,
        held: HeldTask<'_>,
        error: &str,
    ) -> Result<Option<i32>, Failure> {
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        let failures =
            scheduled_tasks::failed(&mut transaction, held, task.pace().period, error).await?;
        transaction.commit().await?;
        Ok(failures)
    }

    async fn release(&self, held: HeldTask<'_>) -> Result<(), Failure> {
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        scheduled_tasks::release(&mut transaction, held).await?;
        transaction.commit().await
    }
}

/// Does a task and writes down how it ended.
pub(super) async fn attempt(ledger: Ledger, task: Arc<dyn Task>, lease: Uuid, shutdown: Shutdown) {
    let name = task.name();
    let span = tracing::info_span!("task", task = name);
    async move {
        let held = HeldTask { name, lease };
        let begun = Instant::now();
        let limited = AssertUnwindSafe(timeout(task.limit(), task.run())).catch_unwind();
        let ended = tokio::select! {
            ended = limited => ended,
            () = shutdown.begun() => {
                written(ledger.release(held).await);
                return;
            }
        };
        let error = match ended {
            Ok(Ok(Ok(count))) => {
                metrics::counter!("scheduled_task_items_total", "task" => name).increment(count);
                written(ledger.succeeded(task.as_ref(), held, count).await);
                None
            }
            Ok(Ok(Err(failure))) => Some(words(&failure)),
            Ok(Err(_elapsed)) => Some(format!("took longer than {} s", task.limit().as_secs())),
            Err(_panic) => Some("the task panicked".to_owned()),
        };
        let outcome = if error.is_none() {
            "succeeded"
        } else {
            "failed"
        };
        metrics::counter!("scheduled_task_runs_total", "task" => name, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("scheduled_task_duration_seconds", "task" => name)
            .record(begun.elapsed().as_secs_f64());
        if let Some(error) = error {
            let failures = ledger.failed(task.as_ref(), held, &error).await;
            tell(&error, failures.as_ref().ok().copied().flatten());
            written(failures.map(drop));
        }
    }
    .instrument(span)
    .await;
}

/// A failure in words that operators read.
fn words(failure: &Failure) -> String {
    let text = failure
        .cause_chain()
        .unwrap_or_else(|| failure.message.to_string());
    text.chars().take(ERROR_LENGTH).collect()
}

fn tell(error: &str, failures: Option<i32>) {
    if failures.is_some_and(|failures| failures >= WORRYING) {
        tracing::error!(error, failures, "the task keeps failing");
    } else {
        tracing::warn!(error, failures, "the task failed");
    }
}

/// An end that could not be written down: the lease runs out and the task is done again.
fn written(outcome: Result<(), Failure>) {
    if let Err(failure) = outcome {
        tracing::warn!(
            cause = failure.cause_chain(),
            "how the task ended could not be recorded; it will be done again"
        );
    }
}
