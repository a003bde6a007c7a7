//! Work for later: jobs in PostgreSQL, done by `credential-service worker`.
//!
//! # Promises
//! A job is enqueued in the transaction of the change that causes it, so there is a job exactly when there is the change.
//! It is done at least once: a worker holds a job under a lease that it prolongs while it works, and a job whose worker
//! died is taken again when the lease runs out. A job that fails waits longer and longer, with full jitter, and is PARKED
//! after its last attempt, so that a poisonous one does not stop the others.
//!
//! # Whoever hangs
//! Messages to one receiver, reports, and mail are a lane each. A worker gives no lane all the places that its jobs may have,
//! so that one receiver, storage or mail server that hangs does not hold up what others wait for.
//!
//! # Why workers poll
//! Once a second every worker asks for due jobs: one look-up in a small index. `LISTEN` would save that second, but holds
//! a connection for itself, does not work behind a pooler that shares connections, and would still need the poll for
//! retries and for leases of the dead.

pub mod mail;
mod places;
mod queue;
pub(crate) mod report;
mod run;
mod upkeep;
pub mod webhook;
mod worker;

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::Failure;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

pub use worker::{Worker, WorkerOptions};

use crate::store::StoreError;
use crate::store::jobs::{self, NewJobRow};

/// Characters of an error that are kept.
const ERROR_LENGTH: usize = 500;

/// A job to be enqueued.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which [`Kind`] does it.
    pub kind: &'static str,
    /// What it is about.
    pub payload: Value,
    /// Attempts before it is given up, at least 1.
    pub max_attempts: i32,
    /// Left out when an unfinished job has the same key; at most 200 characters.
    pub unique_key: Option<String>,
    /// What it shares a bounded number of a worker's places with, such as the other messages to its receiver; none: no bound.
    pub lane: Option<String>,
}

/// Enqueues jobs within the transaction of the change that causes them; returns how many were new.
///
/// # Errors
/// The database refuses.
pub async fn enqueue(conn: &mut AsyncPgConnection, new: &[NewJob]) -> Result<usize, Failure> {
    let mut added = 0;
    for chunk in new.chunks(1_000) {
        let rows: Vec<NewJobRow<'_>> = chunk
            .iter()
            .map(|job| NewJobRow {
                id: Uuid::now_v7(),
                kind: job.kind,
                payload: &job.payload,
                max_attempts: job.max_attempts,
                unique_key: job.unique_key.as_deref(),
                lane: job.lane.as_deref(),
            })
            .collect();
        added += jobs::insert_many(conn, &rows).await?;
    }
    Ok(added)
}

/// A job while it is done.
#[derive(Clone, Debug)]
pub struct Job {
    /// Identifier, the same in every attempt.
    pub id: Uuid,
    /// Which [`Kind`] does it.
    pub kind: String,
    /// What it is about.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Attempts before it is given up.
    pub max_attempts: u32,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
}

impl Job {
    /// Reads what the job is about.
    ///
    /// # Errors
    /// The payload is of another version: trying again does not help.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        T::deserialize(&self.payload)
            .map_err(|_hidden| JobError::hopeless("the payload cannot be read by this version"))
    }

    /// Whether a failure of this attempt is the last one.
    #[must_use]
    pub const fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

/// Whether a job that failed is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    Later,
    After(Duration),
    Never,
}

/// Why a job failed, in words that operators read: no address, no link, no secret.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct JobError {
    message: String,
    again: Again,
}

impl JobError {
    /// Trying again may help.
    pub fn retry(message: impl Into<String>) -> Self {
        Self::new(&message.into(), Again::Later)
    }

    /// Trying again may help, and the other side has said when.
    pub fn retry_after(message: impl Into<String>, delay: Duration) -> Self {
        Self::new(&message.into(), Again::After(delay))
    }

    /// Trying again does not help.
    pub fn hopeless(message: impl Into<String>) -> Self {
        Self::new(&message.into(), Again::Never)
    }

    fn new(message: &str, again: Again) -> Self {
        let message = message.chars().take(ERROR_LENGTH).collect();
        Self { message, again }
    }
}

impl From<Failure> for JobError {
    fn from(failure: Failure) -> Self {
        tracing::warn!(cause = failure.cause_chain(), "a job failed");
        Self::retry(format!("{}: {}", failure.code.as_str(), failure.message))
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Failure::from(error).into()
    }
}

/// How long a failed job waits: a random time up to `base`·2ⁿ, at most `ceiling`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Longest wait after the first failure.
    pub base: Duration,
    /// Longest wait after any failure.
    pub ceiling: Duration,
}

impl Backoff {
    /// The wait after the failure of an attempt (from 1); `fraction` is a random number in 0..1.
    #[must_use]
    pub fn delay(self, attempt: u32, fraction: f64) -> Duration {
        let doublings = 2_u32.saturating_pow(attempt.saturating_sub(1).min(30));
        let longest = self.base.saturating_mul(doublings).min(self.ceiling);
        longest.mul_f64(fraction.clamp(0.0, 1.0))
    }
}

/// One kind of work.
pub trait Kind: Send + Sync {
    /// The name in the table; it never changes.
    fn name(&self) -> &'static str;

    /// Longest time one attempt may take.
    fn limit(&self) -> Duration {
        Duration::from_secs(60)
    }

    /// Whether it waits for somebody else's server, or takes minutes: such jobs leave one place of a worker to the others.
    fn is_slow(&self) -> bool {
        false
    }

    /// How long a failed job waits.
    fn backoff(&self) -> Backoff {
        Backoff {
            base: Duration::from_secs(10),
            ceiling: Duration::from_secs(3_600),
        }
    }

    /// Does it. The work must bear being done twice, and being dropped at any await.
    fn run<'job>(&'job self, job: &'job Job) -> BoxFuture<'job, Result<(), JobError>>;

    /// Notes that a job was given up, in the transaction that parks it.
    fn parked<'job>(
        &'job self,
        _conn: &'job mut AsyncPgConnection,
        _job: &'job Job,
        _error: &'job str,
    ) -> BoxFuture<'job, Result<(), JobError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_their_ceiling_and_are_spread_over_all_of_it() {
        let backoff = Backoff {
            base: Duration::from_secs(10),
            ceiling: Duration::from_secs(3_600),
        };

        let longest: Vec<u64> = [1, 2, 3, 9, 10, 1_000]
            .map(|attempt| backoff.delay(attempt, 1.0).as_secs())
            .into();

        assert_eq!(longest, [10, 20, 40, 2_560, 3_600, 3_600]);
        assert_eq!(backoff.delay(10, 0.0), Duration::ZERO);
        assert_eq!(backoff.delay(2, 0.5), Duration::from_secs(10));
    }

    #[test]
    fn an_error_is_cut_to_what_a_row_should_hold() {
        assert_eq!(
            JobError::retry("é".repeat(1_000))
                .to_string()
                .chars()
                .count(),
            ERROR_LENGTH
        );
    }
}
