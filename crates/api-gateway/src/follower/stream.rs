//! The connection to the feed: opened, read in batches, opened again.

use std::sync::Arc;
use std::time::Duration;

use domain::policy::Principal;
use domain::{ErrorKind, Failure};
use futures::StreamExt as _;
use protocol::caller::Outgoing;
use protocol::channel::MAX_ANSWER_BYTES;
use protocol::from_status;
use protocol::pb::credential::feed_service_client::FeedServiceClient;
use protocol::pb::credential::watch_response::Message;
use protocol::pb::credential::{FeedCursor, WatchRequest, WatchResponse};
use protocol::token::{SERVICE_TOKEN_LIFETIME, TokenSigner};
use service_runtime::Shutdown;
use service_runtime::retry::random_backoff;
use tonic::Streaming;
use tonic::transport::Channel;

use super::{Change, Listener};

/// Name under which the gateway follows.
const NAME: &str = "api-gateway";
/// Messages that are told at once.
const BATCH: usize = 256;
/// Wait between tries; a random part of up to a second comes on top.
const PAUSE: Duration = Duration::from_millis(50);

/// Where the feed is, and how to show who asks.
#[derive(Debug)]
pub(crate) struct Source {
    channel: Channel,
    signer: TokenSigner,
}

impl Source {
    /// The feed of the service at the other end of a connection.
    pub(crate) const fn new(channel: Channel, signer: TokenSigner) -> Self {
        Self { channel, signer }
    }

    /// Opens the stream with a fresh token.
    async fn watch(&self, after: Option<FeedCursor>) -> Result<Streaming<WatchResponse>, Failure> {
        let principal = Principal::Service(NAME.to_owned());
        let outgoing = Outgoing {
            token: self.signer.sign(&principal, SERVICE_TOKEN_LIFETIME)?,
            ..Outgoing::default()
        };
        let request = outgoing.stream_request(WatchRequest {
            after,
            changes_only: true,
        })?;
        let mut client = FeedServiceClient::new(self.channel.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        let stream = client.watch(request).await.map_err(from_status)?;
        Ok(stream.into_inner())
    }
}

/// Tells listeners of every change.
#[derive(Debug)]
pub(crate) struct Follower {
    source: Source,
    listeners: Vec<Arc<dyn Listener>>,
}

/// Where the follower stands between two connections.
#[derive(Debug, Default)]
struct Place {
    cursor: Option<FeedCursor>,
    failures: u32,
}

impl Follower {
    /// A follower that tells these.
    pub(crate) const fn new(source: Source, listeners: Vec<Arc<dyn Listener>>) -> Self {
        Self { source, listeners }
    }

    /// Follows until the shutdown begins.
    pub(crate) async fn run(self, shutdown: Shutdown) {
        let mut place = Place::default();
        loop {
            let ended = tokio::select! {
                () = shutdown.begun() => return,
                ended = self.follow(&mut place) => ended,
            };
            metrics::gauge!("feed_connected").set(0.0);
            if let Err(failure) = ended {
                // Once in a while is enough for the log; `feed_connected` tells the rest.
                if place.failures.is_multiple_of(60) {
                    tracing::warn!(%failure, cause = failure.cause_chain(), "the feed broke off");
                }
                if refuses_cursor(&failure) {
                    place.cursor = None;
                }
            }
            let pause = PAUSE + random_backoff(place.failures);
            place.failures = place.failures.saturating_add(1);
            tokio::select! {
                () = shutdown.begun() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Reads one connection to its end.
    async fn follow(&self, place: &mut Place) -> Result<(), Failure> {
        let stream = self.source.watch(place.cursor).await?;
        let mut batches = stream.ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let mut changes = Vec::with_capacity(batch.len());
            let mut broken = None;
            for item in batch {
                match item {
                    Ok(message) => self.take(message, place, &mut changes).await,
                    Err(status) => {
                        broken = Some(from_status(status));
                        break;
                    }
                }
            }
            self.tell(&changes).await;
            if let Some(failure) = broken {
                return Err(failure);
            }
        }
        Ok(())
    }

    async fn take(&self, message: WatchResponse, place: &mut Place, changes: &mut Vec<Change>) {
        if message.up_to_date {
            // Those before it in this batch are told first.
            self.tell(&std::mem::take(changes)).await;
            self.say_up_to_date(place);
        }
        match message.message {
            Some(Message::Change(change)) => {
                place.cursor = change.cursor.or(place.cursor);
                match Change::try_from(change) {
                    Ok(change) => changes.push(change),
                    Err(failure) => {
                        // What cannot be read may concern anything.
                        tracing::error!(%failure, "a change of the feed cannot be read");
                        self.say_missed().await;
                    }
                }
            }
            Some(Message::SnapshotEnd(end)) => {
                place.cursor = end.cursor;
                // Changes between the end of the last connection and this place were not told.
                self.say_missed().await;
                self.say_up_to_date(place);
            }
            Some(Message::Snapshot(_)) | None => {}
        }
    }

    async fn tell(&self, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        for change in changes {
            tracing::debug!(
                event = change.event_type,
                kind = change.entity_type.as_str(),
                id = %change.entity_id,
                isNew = change.is_new,
                isThere = change.entity.is_some(),
                "the catalogue has changed"
            );
        }
        for listener in &self.listeners {
            listener.changed(changes).await;
        }
    }

    async fn say_missed(&self) {
        for listener in &self.listeners {
            listener.missed().await;
        }
    }

    fn say_up_to_date(&self, place: &mut Place) {
        place.failures = 0;
        metrics::gauge!("feed_connected").set(1.0);
        for listener in &self.listeners {
            listener.up_to_date();
        }
    }
}

/// Whether the feed does not know the place any more.
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

#[cfg(test)]
mod tests;
