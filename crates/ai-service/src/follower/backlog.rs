//! Gives offers their vectors, apart from the feed: applying a change never waits for the encoder.
//!
//! The newest version wins: what waits is an id, and the offer is looked up when its turn comes. Content vectors go first, so that
//! everything can be found soon; the vectors of outcomes follow.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::id::MicroCredentialId;
use inference::EmbedError;
use service_runtime::Shutdown;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::Progress;
use crate::embedder::{BulkError, Embedder};
use crate::index::Index;
use crate::index::document::Offer;

/// Offers taken at once.
const AT_ONCE: usize = 128;
/// Wait after a failure whose end nobody has told.
const PAUSE: Duration = Duration::from_secs(1);

/// What an offer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Content,
    Passages,
}

/// Offers that wait for vectors; clones share one list.
#[derive(Clone)]
pub(crate) struct Backlog {
    waiting: Arc<Mutex<Waiting>>,
    awake: Arc<Notify>,
    progress: Arc<Progress>,
}

/// Each offer stands in both maps; the ticket keeps the order of arrival within a stage.
#[derive(Default)]
struct Waiting {
    turns: BTreeMap<(Stage, u64), MicroCredentialId>,
    places: HashMap<MicroCredentialId, (Stage, u64)>,
    /// How many of them wait for their content vector.
    content: usize,
    next_ticket: u64,
}

impl Waiting {
    fn put(&mut self, id: MicroCredentialId, stage: Stage) {
        self.take(id);
        let place = (stage, self.next_ticket);
        self.next_ticket += 1;
        self.turns.insert(place, id);
        self.places.insert(id, place);
        if stage == Stage::Content {
            self.content += 1;
        }
    }

    fn take(&mut self, id: MicroCredentialId) {
        if let Some(place) = self.places.remove(&id) {
            self.turns.remove(&place);
            if place.0 == Stage::Content {
                self.content -= 1;
            }
        }
    }

    /// The next offers, all of the same stage.
    fn next(&self) -> Option<(Stage, Vec<(MicroCredentialId, u64)>)> {
        let (first, _ticket) = self.turns.keys().next().copied()?;
        let turn = self
            .turns
            .iter()
            .take_while(|((stage, _ticket), _id)| *stage == first)
            .take(AT_ONCE)
            .map(|((_stage, ticket), id)| (*id, *ticket))
            .collect();
        Some((first, turn))
    }
}

impl Backlog {
    pub(crate) fn new(progress: Arc<Progress>) -> Self {
        Self {
            waiting: Arc::default(),
            awake: Arc::new(Notify::new()),
            progress,
        }
    }

    /// Queues an offer that is new or has changed.
    pub(crate) fn add(&self, id: MicroCredentialId) {
        self.change(|waiting| waiting.put(id, Stage::Content));
        self.awake.notify_one();
    }

    /// Drops an offer that is gone.
    pub(crate) fn remove(&self, id: MicroCredentialId) {
        self.change(|waiting| waiting.take(id));
    }

    /// Works until the shutdown begins.
    pub(crate) async fn run(self, index: Arc<Index>, embedder: Embedder, shutdown: Shutdown) {
        loop {
            let Some((stage, turn)) = self.look() else {
                tokio::select! {
                    () = shutdown.begun() => return,
                    () = self.awake.notified() => continue,
                }
            };
            let worked = tokio::select! {
                () = shutdown.begun() => return,
                worked = work(&index, &embedder, stage, &turn) => worked,
            };
            match worked {
                Ok(()) => self.change(|waiting| finish(waiting, stage, &turn)),
                Err(error) => {
                    tracing::warn!(
                        cause = service_runtime::errors::chain(&error),
                        "vectors have to wait"
                    );
                    tokio::select! {
                        () = shutdown.begun() => return,
                        () = sleep(pause(&error)) => {}
                    }
                }
            }
        }
    }

    fn look(&self) -> Option<(Stage, Vec<(MicroCredentialId, u64)>)> {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next()
    }

    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut waiting);
        let passages = waiting.places.len().saturating_sub(waiting.content);
        self.progress.set_backlog(waiting.content, passages);
    }
}

/// Moves on those that have not been queued anew meanwhile.
fn finish(waiting: &mut Waiting, stage: Stage, turn: &[(MicroCredentialId, u64)]) {
    for (id, ticket) in turn {
        if waiting.places.get(id) != Some(&(stage, *ticket)) {
            continue;
        }
        match stage {
            Stage::Content => waiting.put(*id, Stage::Passages),
            Stage::Passages => waiting.take(*id),
        }
    }
}

async fn work(
    index: &Arc<Index>,
    embedder: &Embedder,
    stage: Stage,
    turn: &[(MicroCredentialId, u64)],
) -> Result<(), BulkError> {
    let offers: Vec<Arc<Offer>> = turn.iter().filter_map(|(id, _)| index.offer(*id)).collect();
    match stage {
        Stage::Content => {
            let texts: Vec<&str> = offers.iter().map(|offer| offer.content.as_str()).collect();
            let vectors = embedder.in_bulk(&texts).await?;
            for offer in &offers {
                match vectors.of(&offer.content) {
                    Some(vector) => index.put_vector(offer.id, &offer.content, vector),
                    // Else the vector of an older text would speak for this one for good.
                    None => index.refuse_vector(offer.id, &offer.content),
                }
            }
        }
        Stage::Passages => {
            let texts: Vec<&str> = offers
                .iter()
                .flat_map(|offer| offer.passage_texts())
                .collect();
            embedder.in_bulk(&texts).await?;
        }
    }
    Ok(())
}

fn pause(error: &BulkError) -> Duration {
    match error {
        BulkError::Encoder(EmbedError::Overloaded { retry_after }) => *retry_after,
        BulkError::Encoder(_) | BulkError::Table(_) => PAUSE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_before_passages_and_the_newest_version_counts() {
        let mut waiting = Waiting::default();
        let (one, two) = (MicroCredentialId::generate(), MicroCredentialId::generate());
        waiting.put(one, Stage::Content);
        let (_stage, turn) = waiting.next().unwrap();
        waiting.put(one, Stage::Content);
        waiting.put(two, Stage::Content);

        finish(&mut waiting, Stage::Content, &turn);

        let (stage, turn) = waiting.next().unwrap();
        assert_eq!(
            (stage, turn.len()),
            (Stage::Content, 2),
            "changed meanwhile"
        );
        finish(&mut waiting, Stage::Content, &turn);
        assert_eq!((waiting.content, waiting.places.len()), (0, 2));
        let (stage, turn) = waiting.next().unwrap();
        assert_eq!(stage, Stage::Passages);
        finish(&mut waiting, stage, &turn);
        assert!(waiting.next().is_none() && waiting.places.is_empty());
    }
}
