//! The connection to the feed: opened, read in batches, opened again.

use std::sync::Arc;
use std::time::Duration;

use domain::policy::Principal;
use domain::{ErrorKind, Failure};
use futures::StreamExt;
use protocol::caller::Outgoing;
use protocol::channel::{MAX_ANSWER_BYTES, connect};
use protocol::pb::credential::feed_service_client::FeedServiceClient;
use protocol::pb::credential::{FeedCursor, WatchRequest, WatchResponse};
use protocol::status::from_status;
use protocol::token::{SERVICE_TOKEN_LIFETIME, TokenSigner};
use service_runtime::retry::random_backoff;
use service_runtime::{BlockingPool, Latch, Shutdown};
use tokio::time::sleep;
use tonic::Status;
use tonic::transport::Channel;

use super::apply::Applier;
use super::{Backlog, Feed, NAME, Progress};
use crate::failure::{of_computing, of_lexical};
use crate::index::Index;
use crate::store::{Database, feed_cursor};

/// Messages applied at once.
const BATCH: usize = 256;
/// Wait between tries; the random part of up to a second comes on top.
const PAUSE: Duration = Duration::from_millis(200);

/// Where the feed is, and how to show who asks.
pub(crate) struct Source {
    channel: Channel,
    signer: TokenSigner,
}

impl Source {
    pub(crate) fn new(address: &str, signer: TokenSigner) -> Result<Self, Failure> {
        Ok(Self {
            channel: connect(address)?,
            signer,
        })
    }

    /// Opens the stream with a fresh token.
    async fn watch(
        &self,
        after: Option<FeedCursor>,
    ) -> Result<tonic::Streaming<WatchResponse>, Failure> {
        let principal = Principal::Service(crate::command::SERVICE.name().to_owned());
        let outgoing = Outgoing {
            token: self.signer.sign(&principal, SERVICE_TOKEN_LIFETIME)?,
            ..Outgoing::default()
        };
        let request = outgoing.stream_request(WatchRequest {
            after,
            changes_only: false,
        })?;
        let mut client = FeedServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        Ok(client
            .watch(request)
            .await
            .map_err(from_status)?
            .into_inner())
    }
}

/// Keeps the index at the state of the catalogue.
pub(crate) struct Follower {
    pub(crate) source: Source,
    pub(crate) index: Arc<Index>,
    pub(crate) backlog: Backlog,
    pub(crate) progress: Arc<Progress>,
    pub(crate) database: Database,
    pub(crate) pool: BlockingPool,
    /// Released when the first snapshot has been read.
    pub(crate) latch: Option<Latch>,
}

/// Where the follower stands between two connections. The index lives in memory, so every process begins with a snapshot.
#[derive(Default)]
struct Place {
    cursor: Option<FeedCursor>,
    failures: u32,
}

impl Follower {
    /// Follows until the shutdown begins.
    pub(crate) async fn run(mut self, shutdown: Shutdown) {
        let mut place = Place::default();
        let mut applier = Some(Applier::new(Arc::clone(&self.index), self.backlog.clone()));
        loop {
            let ended = tokio::select! {
                () = shutdown.begun() => return,
                ended = self.follow(&mut place, &mut applier) => ended,
            };
            self.progress.set_feed(Feed::Disconnected);
            if let Err(failure) = ended {
                // Once in a while is enough for the log; `feed_lag_seconds` tells the rest.
                if place.failures.is_multiple_of(60) {
                    tracing::warn!(%failure, cause = failure.cause_chain(), "the feed broke off");
                }
                if refuses_cursor(&failure) {
                    place.cursor = None;
                }
            }
            if applier.is_none() {
                // The batch in progress panicked; what it left undone comes again with a snapshot.
                applier = Some(Applier::new(Arc::clone(&self.index), self.backlog.clone()));
                place.cursor = None;
            }
            let pause = PAUSE + random_backoff(place.failures);
            place.failures = place.failures.saturating_add(1);
            tokio::select! {
                () = shutdown.begun() => return,
                () = sleep(pause) => {}
            }
        }
    }

    /// Reads one connection to its end.
    async fn follow(
        &mut self,
        place: &mut Place,
        applier: &mut Option<Applier>,
    ) -> Result<(), Failure> {
        let stream = self.source.watch(place.cursor).await?;
        if place.cursor.is_none() {
            if let Some(applier) = applier {
                applier.expect_snapshot();
            }
            self.progress.set_feed(Feed::Snapshot);
        } else {
            self.progress.set_feed(Feed::Live);
        }
        tracing::info!(resumed = place.cursor.is_some(), "following the feed");
        let mut batches = stream.ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let (messages, broken) = split(batch);
            place.failures = 0;
            self.apply(messages, place, applier).await?;
            if let Some(status) = broken {
                return Err(from_status(status));
            }
        }
        Ok(())
    }

    async fn apply(
        &mut self,
        messages: Vec<WatchResponse>,
        place: &mut Place,
        applier: &mut Option<Applier>,
    ) -> Result<(), Failure> {
        let Some(mut working) = applier.take() else {
            return Err(Failure::internal("the feed has no applier"));
        };
        let work = move || {
            let applied = working.apply(messages);
            (working, applied)
        };
        let (returned, applied) = self.pool.run(work).await.map_err(of_computing)?;
        *applier = Some(returned);
        let applied = applied.map_err(of_lexical)?;
        if applied.snapshot_ended {
            self.progress.set_feed(Feed::Live);
            tracing::info!(offers = self.index.len(), "the snapshot is read");
            if let Some(latch) = self.latch.take() {
                latch.release();
            }
        }
        if let Some(cursor) = applied.cursor {
            place.cursor = Some(cursor);
            self.record(&cursor).await;
        }
        Ok(())
    }

    /// Records the cursor; without the table the index still follows, since a process resumes from its memory.
    async fn record(&self, cursor: &FeedCursor) {
        let recorded = async {
            let mut connection = self.database.connection().await?;
            feed_cursor::record(&mut connection, NAME, cursor)
                .await
                .map_err(Failure::from)
        };
        if let Err(failure) = recorded.await {
            tracing::warn!(cause = failure.cause_chain(), "the cursor was not recorded");
        }
    }
}

/// The messages before the first error, and that error.
fn split(batch: Vec<Result<WatchResponse, Status>>) -> (Vec<WatchResponse>, Option<Status>) {
    let mut messages = Vec::with_capacity(batch.len());
    for item in batch {
        match item {
            Ok(message) => messages.push(message),
            Err(status) => return (messages, Some(status)),
        }
    }
    (messages, None)
}

/// Whether the feed does not know the place any more, so that only a snapshot helps.
fn refuses_cursor(failure: &Failure) -> bool {
    matches!(
        failure.kind(),
        ErrorKind::Malformed
            | ErrorKind::Invalid
            | ErrorKind::NotFound
            | ErrorKind::Gone
            | ErrorKind::Conflict
            | ErrorKind::Precondition
            | ErrorKind::TooLarge
    )
}
