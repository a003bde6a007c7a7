//! What the gateway does with the feed: it tells its listeners.

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use protocol::feed::{Follower, Sink, Source, Taken};
use protocol::pb::credential::WatchResponse;
use protocol::pb::credential::watch_response::Message;
use protocol::token::TokenSigner;
use service_runtime::retry::random_backoff;
use tonic::transport::Channel;

use super::{Change, Listener};

/// Name under which the gateway follows.
const NAME: &str = "api-gateway";
/// Wait between tries; a random part of up to a second comes on top.
const PAUSE: Duration = Duration::from_millis(50);

/// A follower of the feed at the other end of a connection that tells these.
pub(crate) fn follower(
    channel: Channel,
    signer: TokenSigner,
    listeners: Vec<Arc<dyn Listener>>,
) -> Follower<Listeners> {
    let source = Source::new(NAME, channel, signer);
    Follower::new(source, Listeners(listeners), |failures| {
        PAUSE + random_backoff(failures)
    })
}

/// Those who are told of every change.
#[derive(Debug)]
pub(crate) struct Listeners(Vec<Arc<dyn Listener>>);

impl Sink for Listeners {
    const CHANGES_ONLY: bool = true;

    fn opened(&mut self, _resumed: bool) {
        // An open connection says nothing yet: the first sign of life does.
    }

    async fn take(&mut self, messages: Vec<WatchResponse>) -> Result<Taken, Failure> {
        let mut taken = Taken::default();
        let mut changes = Vec::with_capacity(messages.len());
        for message in messages {
            self.take_one(message, &mut changes, &mut taken).await;
        }
        self.tell(&changes).await;
        Ok(taken)
    }

    fn closed(&mut self) -> bool {
        metrics::gauge!("feed_connected").set(0.0);
        false
    }
}

impl Listeners {
    async fn take_one(&self, message: WatchResponse, changes: &mut Vec<Change>, taken: &mut Taken) {
        if message.up_to_date {
            // Those before it in this batch are told first.
            self.tell(&std::mem::take(changes)).await;
            self.say_up_to_date(taken);
        }
        match message.message {
            Some(Message::Change(change)) => {
                taken.cursor = change.cursor.or(taken.cursor);
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
                taken.cursor = end.cursor.or(taken.cursor);
                // Changes between the end of the last connection and this place were not told.
                self.say_missed().await;
                self.say_up_to_date(taken);
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
        for listener in &self.0 {
            listener.changed(changes).await;
        }
    }

    async fn say_missed(&self) {
        for listener in &self.0 {
            listener.missed().await;
        }
    }

    fn say_up_to_date(&self, taken: &mut Taken) {
        taken.is_well = true;
        metrics::gauge!("feed_connected").set(1.0);
        for listener in &self.0 {
            listener.up_to_date();
        }
    }
}

#[cfg(test)]
mod tests;
