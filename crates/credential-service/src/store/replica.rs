//! Replicas that answer reads in the primary's place, without anybody seeing that they lag.
//!
//! A replica is some moments behind. That alone would break two promises: who has changed something sees it at once, and a
//! gateway that has heard of a change drops what it has kept, reads anew and keeps the answer for minutes; an old answer of a
//! lagging replica would be kept just as long. So a read does not ask how far a replica lags but whether it has what this
//! read has to see: everything that the primary had when the read began.
//!
//! 1. The primary is asked how far its log is written. Reads that arrive meanwhile share the next such question, so that it
//!    costs the primary one small statement for any number of reads ([`position`]).
//! 2. The next good replica is asked how far it has replayed. Once it is that far, and it is given `DATABASE_REPLICA_MAX_LAG`
//!    for that, whatever is read next on it includes all of it.
//! 3. Otherwise the primary answers, and the replica is left alone until the watch finds that it has caught up ([`watch`]).
//!
//! This holds with any number of gateways and of these services, since nobody has to tell anybody what was changed. Only reads
//! come here: whatever belongs to a change, to sessions or to somebody's authority is read from the primary.

mod position;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::Failure;
use secrecy::SecretString;
use service_runtime::Shutdown;
use tokio::time::{sleep, timeout};

use self::position::Position;
use super::pool::{Database, PoolSettings};
use super::transaction::{Mode, Transaction};

/// Pace of asking a replica that is not far enough yet.
const PACE: Duration = Duration::from_millis(2);
/// Longest wait for a place in the pool of a replica, and for a connection: the primary can answer as well.
const PATIENCE: Duration = Duration::from_millis(250);

/// One replica.
struct Replica {
    /// Its place in the setting, from 1; its name in metrics and logs.
    name: String,
    database: Database,
    is_good: AtomicBool,
}

/// All replicas of a primary.
pub(crate) struct Replicas {
    all: Vec<Replica>,
    next: AtomicUsize,
    position: Position,
    most_lag: Duration,
}

impl Replicas {
    /// Takes replicas into service: each is used once the watch has found it good, until the shutdown begins.
    pub(crate) fn start(
        primary: &Database,
        urls: &[SecretString],
        most_lag: Duration,
        shutdown: &Shutdown,
    ) -> Result<Arc<Self>, Failure> {
        let pool = PoolSettings {
            wait: PATIENCE,
            connect: PATIENCE,
            ..primary.settings()
        };
        let all = urls
            .iter()
            .zip(1..)
            .map(|(url, number)| {
                Ok(Replica {
                    name: i32::to_string(&number),
                    database: Database::with(url, pool)?,
                    is_good: AtomicBool::new(false),
                })
            })
            .collect::<Result<_, Failure>>()?;
        let replicas = Arc::new(Self {
            all,
            next: AtomicUsize::new(0),
            position: Position::start(primary.clone()),
            most_lag,
        });
        for place in 0..replicas.all.len() {
            tokio::spawn(watch::run(
                Arc::clone(&replicas),
                place,
                primary.clone(),
                shutdown.clone(),
            ));
        }
        Ok(replicas)
    }

    /// Begins a read on a replica that has everything the primary has now; `None` when the primary has to answer.
    pub(crate) async fn begin(&self, mode: Mode, limit: Duration) -> Option<Transaction> {
        let replica = self.next_good()?;
        let needed = self.position.now().await?;
        let begun = replica.begin(mode, limit, needed, self.most_lag);
        let (outcome, transaction) = match timeout(PATIENCE + self.most_lag, begun).await {
            Ok(Ok(Some(transaction))) => ("used", Some(transaction)),
            Ok(Ok(None)) => ("behind", None),
            Err(_elapsed) => ("failed", None),
            Ok(Err(failure)) => {
                tracing::warn!(
                    replica = replica.name,
                    cause = failure.cause_chain(),
                    "a replica has failed"
                );
                ("failed", None)
            }
        };
        if transaction.is_none() {
            replica.is_good.store(false, Ordering::Relaxed);
        }
        metrics::counter!("database_replica_reads_total", "replica" => replica.name.clone(), "outcome" => outcome)
            .increment(1);
        transaction
    }

    /// The good ones take turns.
    fn next_good(&self) -> Option<&Replica> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.all.len().max(1);
        let (before, after) = self.all.split_at_checked(turn)?;
        after
            .iter()
            .chain(before)
            .find(|replica| replica.is_good.load(Ordering::Relaxed))
    }
}

impl Replica {
    /// Begins a read that sees everything up to a place; `None` when the replica is not that far in time.
    async fn begin(
        &self,
        mode: Mode,
        limit: Duration,
        needed: i64,
        most_lag: Duration,
    ) -> Result<Option<Transaction>, Failure> {
        let begun = Instant::now();
        while !is_as_far(self.database.replayed(limit).await?, needed) {
            if begun.elapsed() >= most_lag.min(limit / 2) {
                return Ok(None);
            }
            sleep(PACE).await;
        }
        // Begun afterwards: what a snapshot shows is settled by its first statement.
        let left = limit.saturating_sub(begun.elapsed());
        Ok(Some(self.database.begin(mode, left).await?))
    }
}

/// Whether a server that has replayed so far may answer; one that replays nothing is no replica.
fn is_as_far(replayed: Option<i64>, needed: i64) -> bool {
    replayed.is_some_and(|replayed| replayed >= needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_replica_that_is_far_enough_answers() {
        assert!(is_as_far(Some(7), 7));
        assert!(!is_as_far(Some(6), 7));
        assert!(!is_as_far(None, 0));
    }
}
