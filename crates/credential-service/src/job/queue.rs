//! The queue as a worker sees it: every call is a short transaction of its own.

use std::time::Duration;

use domain::Failure;
use uuid::Uuid;

use super::{Job, JobError, Kind};
use crate::store::Mode;
use crate::store::jobs::{self, Held, JobRow, QueueState, Retention};
use crate::store::pool::Database;

/// Finished jobs are kept for a week, those given up for three months, for an operator to look at. Mails hold links that
/// open accounts, for at most a week: then they go too.
const KEEP: Retention<'static> = Retention {
    done: Duration::from_secs(7 * 86_400),
    parked: Duration::from_secs(90 * 86_400),
    secret_kind: super::mail::KIND,
    secret_parked: Duration::from_secs(7 * 86_400),
};
/// Statements of one round of pruning; what is left waits for the next.
const PRUNING_STATEMENTS: usize = 50;
/// Jobs removed by one statement.
const PRUNED_AT_ONCE: i64 = 1_000;

/// A job with the lease under which it was taken.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) job: Job,
    pub(super) held: Held,
    pub(super) lane: Option<String>,
}

/// The queue.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    database: Database,
    lease: Duration,
}

/// One statement about one held job.
macro_rules! held_statement {
    ($queue:expr, $statement:ident, $held:expr $(, $argument:expr)*) => {{
        let mut transaction = $queue.database.begin_background(Mode::Write).await?;
        let still_ours = jobs::$statement(&mut transaction, $held $(, $argument)*).await?;
        transaction.commit().await?;
        Ok(still_ours)
    }};
}

impl Queue {
    pub(super) const fn new(database: Database, lease: Duration) -> Self {
        Self { database, lease }
    }

    pub(super) const fn lease(&self) -> Duration {
        self.lease
    }

    /// Takes up to `count` jobs of these kinds, of no full lane.
    pub(super) async fn claim(
        &self,
        kinds: &[&str],
        full: &[&str],
        count: usize,
    ) -> Result<Vec<Taken>, Failure> {
        let lease = Uuid::now_v7();
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        let rows = jobs::claim(&mut transaction, kinds, full, count, lease, self.lease).await?;
        transaction.commit().await?;
        Ok(rows.into_iter().map(|row| taken(row, lease)).collect())
    }

    /// Takes jobs whose worker died in their last attempt.
    pub(super) async fn claim_exhausted(&self, kinds: &[&str]) -> Result<Vec<Taken>, Failure> {
        let lease = Uuid::now_v7();
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        let rows = jobs::claim_exhausted(&mut transaction, kinds, 100, lease, self.lease).await?;
        transaction.commit().await?;
        Ok(rows.into_iter().map(|row| taken(row, lease)).collect())
    }

    /// Prolongs a lease; false when another has taken the job over.
    pub(super) async fn renew(&self, held: Held) -> Result<bool, Failure> {
        held_statement!(self, renew, held, self.lease)
    }

    /// Ends a job that is done; false when another has taken it over.
    pub(super) async fn finish(&self, held: Held) -> Result<bool, Failure> {
        held_statement!(self, finish, held)
    }

    /// Puts a failed job back.
    pub(super) async fn postpone(
        &self,
        held: Held,
        delay: Duration,
        error: &str,
    ) -> Result<bool, Failure> {
        held_statement!(self, postpone, held, delay, error)
    }

    /// Puts a job back as if it had never been taken.
    pub(super) async fn release(&self, held: Held) -> Result<bool, Failure> {
        held_statement!(self, release, held)
    }

    /// Gives a job up, and lets its kind take note in the same transaction.
    pub(super) async fn park(
        &self,
        taken: &Taken,
        kind: &dyn Kind,
        error: &str,
    ) -> Result<bool, JobError> {
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        let still_ours = jobs::park(&mut transaction, taken.held, error).await?;
        if still_ours {
            kind.parked(&mut transaction, &taken.job, error).await?;
        }
        transaction.commit().await?;
        Ok(still_ours)
    }

    /// Asks how the queue stands.
    pub(super) async fn state(&self) -> Result<QueueState, Failure> {
        let mut transaction = self.database.begin_background(Mode::Read).await?;
        let state = jobs::state(&mut transaction).await?;
        transaction.commit().await?;
        Ok(state)
    }

    /// Removes old finished jobs; returns how many.
    pub(super) async fn prune(&self) -> Result<usize, Failure> {
        let mut total = 0;
        for _statement in 0..PRUNING_STATEMENTS {
            let mut transaction = self.database.begin_background(Mode::Write).await?;
            let pruned = jobs::prune(&mut transaction, KEEP, PRUNED_AT_ONCE).await?;
            transaction.commit().await?;
            total += pruned;
            if i64::try_from(pruned).unwrap_or(i64::MAX) < PRUNED_AT_ONCE {
                break;
            }
        }
        Ok(total)
    }
}

fn taken(row: JobRow, lease: Uuid) -> Taken {
    let held = Held { id: row.id, lease };
    let job = Job {
        id: row.id,
        kind: row.kind,
        payload: row.payload,
        attempt: u32::try_from(row.attempts).unwrap_or(1),
        max_attempts: u32::try_from(row.max_attempts).unwrap_or(1),
        created_at: row.created_at,
    };
    Taken {
        job,
        held,
        lane: row.lane,
    }
}
