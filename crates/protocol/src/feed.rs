//! Following the change feed: opened with a fresh token, read in batches, opened again where it broke off.

use std::time::Duration;

use domain::policy::Principal;
use domain::{ErrorKind, Failure};
use futures::StreamExt as _;
use tonic::transport::Channel;
use tonic::{Status, Streaming};

use crate::caller::Outgoing;
use crate::channel::MAX_ANSWER_BYTES;
use crate::pb::credential::feed_service_client::FeedServiceClient;
use crate::pb::credential::{FeedCursor, WatchRequest, WatchResponse};
use crate::status::from_status;
use crate::token::{SERVICE_TOKEN_LIFETIME, TokenSigner};

/// Messages handed over at once.
const BATCH: usize = 256;
/// Failures in a row after which the log hears of it again; a metric of the follower's tells the rest.
const LOGGED: u32 = 60;

/// What becomes of the feed in a process.
pub trait Sink: Send {
    /// True for those who keep nothing and want no snapshot: they begin with the changes from now on, and get signs of life.
    const CHANGES_ONLY: bool;

    /// A connection is open: behind the place of the last one, or from the beginning.
    fn opened(&mut self, resumed: bool);

    /// Takes messages in, in their order.
    ///
    /// # Errors
    /// They cannot be taken; it ends the connection, and the next one begins behind the batch before.
    fn take(
        &mut self,
        messages: Vec<WatchResponse>,
    ) -> impl Future<Output = Result<Taken, Failure>> + Send;

    /// The connection is gone, or could not be opened. True when the next one has to begin from the beginning.
    fn closed(&mut self) -> bool;
}

/// What a batch has led to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Taken {
    /// The place behind which to go on; absent when it has not moved.
    pub cursor: Option<FeedCursor>,
    /// Whether the feed has shown that it is well, so that the waits between tries begin small again.
    pub is_well: bool,
}

/// Where the feed is, and how to show who asks.
#[derive(Debug)]
pub struct Source {
    name: String,
    channel: Channel,
    signer: TokenSigner,
}

impl Source {
    /// The feed of the service at the other end of a connection, for the process of this name.
    #[must_use]
    pub fn new(name: &str, channel: Channel, signer: TokenSigner) -> Self {
        Self {
            name: name.to_owned(),
            channel,
            signer,
        }
    }

    /// Opens the stream with a fresh token.
    async fn watch(
        &self,
        after: Option<FeedCursor>,
        changes_only: bool,
    ) -> Result<Streaming<WatchResponse>, Failure> {
        let principal = Principal::Service(self.name.clone());
        let outgoing = Outgoing {
            token: self.signer.sign(&principal, SERVICE_TOKEN_LIFETIME)?,
            ..Outgoing::default()
        };
        let request = outgoing.stream_request(WatchRequest {
            after,
            changes_only,
        })?;
        let mut client = FeedServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        let stream = client.watch(request).await.map_err(from_status)?;
        Ok(stream.into_inner())
    }
}

/// Follows the feed for one sink.
#[derive(Debug)]
pub struct Follower<S> {
    source: Source,
    sink: S,
    pause: fn(u32) -> Duration,
    place: Place,
}

/// Where the follower stands between two connections.
#[derive(Debug, Default)]
struct Place {
    cursor: Option<FeedCursor>,
    failures: u32,
}

impl<S: Sink> Follower<S> {
    /// A follower that has seen nothing yet; `pause` says how long to wait before the next try, by the failures in a row.
    pub fn new(source: Source, sink: S, pause: fn(u32) -> Duration) -> Self {
        Self {
            source,
            sink,
            pause,
            place: Place::default(),
        }
    }

    /// Follows until `stop` is done.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = stop => {}
            () = self.follow() => {}
        }
    }

    async fn follow(&mut self) {
        loop {
            let ended = self.read().await;
            let begin_anew = self.sink.closed();
            if let Err(failure) = ended {
                if self.place.failures.is_multiple_of(LOGGED) {
                    tracing::warn!(%failure, cause = failure.cause_chain(), "the feed broke off");
                }
                if refuses_cursor(&failure) {
                    self.place.cursor = None;
                }
            }
            if begin_anew {
                self.place.cursor = None;
            }
            let pause = (self.pause)(self.place.failures);
            self.place.failures = self.place.failures.saturating_add(1);
            tokio::time::sleep(pause).await;
        }
    }

    /// Reads one connection to its end.
    async fn read(&mut self) -> Result<(), Failure> {
        let after = self.place.cursor;
        let stream = self.source.watch(after, S::CHANGES_ONLY).await?;
        self.sink.opened(after.is_some());
        let mut batches = stream.ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let (messages, broken) = split(batch);
            let taken = self.sink.take(messages).await?;
            self.place.cursor = taken.cursor.or(self.place.cursor);
            if taken.is_well {
                self.place.failures = 0;
            }
            if let Some(status) = broken {
                return Err(from_status(status));
            }
        }
        Ok(())
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

/// Whether the feed does not know the place any more, so that only a new beginning helps.
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
