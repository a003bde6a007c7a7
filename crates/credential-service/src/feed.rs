//! The change feed: a snapshot of the catalogue, then every change after it, for whoever follows.
//!
//! # Why a cursor is a pair
//! A sequence number is taken when a row is inserted and seen when its transaction commits. Two writers can therefore
//! commit in the other order: a follower that has seen number 8 and asks for "everything after 8" never hears of number
//! 7, which became visible later. Transaction numbers alone do not help either, since the order of numbers inside one
//! transaction matters too. So an event is delivered only when its transaction is older than every transaction that
//! still runs (`transaction < pg_snapshot_xmin(pg_current_snapshot())`): by then every event that sorts before it, by
//! (transaction, sequence), has been committed or never will be. The price is that one transaction that is left open
//! holds back everything that began after it, which `outbox_oldest_seconds` shows.
//!
//! # Delivery
//! At least once and in the order of the cursor. An event carries the object as it stands when the event is delivered,
//! which may be newer; the newer change follows. Followers are idempotent and resume from the last cursor they stored.

mod entity;
mod follow;
pub(crate) mod pulse;
mod snapshot;

use std::sync::Arc;

use domain::Failure;
use domain::policy::Action;
use protocol::Caller;
use protocol::pb::credential as pb;
use service_runtime::Shutdown;
use tokio::sync::{Semaphore, mpsc, watch};
use tonic::Status;

use crate::store::outbox_events::Position;
use crate::store::pool::Database;

/// Messages that wait for a follower; a slow one makes the reader wait, not the memory grow.
const WAITING: usize = 256;
/// Snapshots that are read at the same time, each on a connection of its own.
const SNAPSHOTS: usize = 2;

/// Where a follower starts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    /// With everything there is.
    Snapshot,
    /// With what changes from now on.
    Now,
    /// Behind the last change that it has seen.
    After(Position),
}

/// What the pulse of this process has found last.
#[derive(Clone, Copy, Debug, Default)]
struct Beat {
    /// The newest event that may be delivered.
    newest: Position,
    /// Whether no event waits for long behind a transaction that still runs.
    is_prompt: bool,
}

/// The way out to one follower.
type Outlet = mpsc::Sender<Result<pb::WatchResponse, Status>>;

/// The feed of this process. Clones share one pulse.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    database: Database,
    beat: Arc<watch::Sender<Beat>>,
    snapshots: Arc<Semaphore>,
    shutdown: Shutdown,
}

impl Feed {
    /// A feed that nobody follows yet.
    pub(crate) fn new(database: Database, shutdown: Shutdown) -> Self {
        Self {
            database,
            beat: Arc::new(watch::Sender::new(Beat::default())),
            snapshots: Arc::new(Semaphore::new(SNAPSHOTS)),
            shutdown,
        }
    }

    /// Begins to send to one follower, with signs of life if it wants them; ends when it hangs up, when the process stops, or when the database fails.
    ///
    /// # Errors
    /// `AUTHORIZATION_ERROR` for anyone but our own processes.
    pub(crate) fn watch(
        &self,
        caller: &Caller,
        start: Start,
        wants_signs: bool,
    ) -> Result<mpsc::Receiver<Result<pb::WatchResponse, Status>>, Failure> {
        caller.authorize(Action::FollowFeed, None)?;
        let (outlet, receiver) = mpsc::channel(WAITING);
        let feed = self.clone();
        tokio::spawn(async move {
            metrics::gauge!("feed_followers").increment(1.0);
            tokio::select! {
                () = outlet.closed() => {}
                () = feed.shutdown.begun() => {
                    let stopping = Failure::unavailable("the service is stopping");
                    drop(outlet.try_send(Err(protocol::into_status(stopping))));
                }
                ended = follow::follow(&feed, &outlet, start, wants_signs) => {
                    if let Err(failure) = ended {
                        drop(outlet.send(Err(protocol::into_status(failure))).await);
                    }
                }
            }
            metrics::gauge!("feed_followers").decrement(1.0);
        });
        Ok(receiver)
    }
}

/// A place on the wire.
fn cursor(position: Position) -> pb::FeedCursor {
    pb::FeedCursor {
        transaction: position.transaction,
        sequence: position.sequence,
    }
}

/// A message of the stream.
const fn message(message: pb::watch_response::Message) -> pb::WatchResponse {
    pb::WatchResponse {
        message: Some(message),
        up_to_date: false,
    }
}

/// Hands one message to a follower.
///
/// # Errors
/// The follower has hung up.
async fn send(outlet: &Outlet, sent: pb::watch_response::Message) -> Result<(), Failure> {
    hand_over(outlet, message(sent)).await
}

/// Tells a follower that it has been sent everything.
///
/// # Errors
/// The follower has hung up.
async fn send_sign(outlet: &Outlet) -> Result<(), Failure> {
    let sign = pb::WatchResponse {
        message: None,
        up_to_date: true,
    };
    hand_over(outlet, sign).await
}

async fn hand_over(outlet: &Outlet, response: pb::WatchResponse) -> Result<(), Failure> {
    outlet
        .send(Ok(response))
        .await
        .map_err(|_gone| Failure::unavailable("the follower has hung up"))
}
