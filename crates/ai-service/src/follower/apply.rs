//! One message of the feed after the other, put into the index. Applying a message twice changes nothing.

use std::collections::HashSet;
use std::sync::Arc;

use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId, PathwayId, RecognitionId};
use domain::institution::InstitutionSummary;
use domain::micro_credential::MicroCredential;
use domain::vocabulary::EntityType;
use protocol::convert::feed::Entity;
use protocol::pb::credential::watch_response::Message;
use protocol::pb::credential::{Change, ChangeKind, FeedCursor, WatchResponse};
use tantivy::TantivyError;

use super::Backlog;
use crate::index::document::Offer;
use crate::index::{Holds, Index};

/// Applies messages; remembers what a snapshot has named.
pub(super) struct Applier {
    index: Arc<Index>,
    backlog: Backlog,
    snapshot: Option<Named>,
}

/// Everything that a snapshot has named so far.
#[derive(Default)]
struct Named {
    offers: HashSet<MicroCredentialId>,
    institutions: HashSet<InstitutionId>,
    recognitions: HashSet<RecognitionId>,
    pathways: HashSet<PathwayId>,
}

/// What a batch of messages has led to.
#[derive(Debug, Default)]
pub(super) struct Applied {
    /// The last place in the feed.
    pub(super) cursor: Option<FeedCursor>,
    /// Whether a snapshot was completed.
    pub(super) snapshot_ended: bool,
}

impl Applier {
    pub(super) fn new(index: Arc<Index>, backlog: Backlog) -> Self {
        Self {
            index,
            backlog,
            snapshot: None,
        }
    }

    /// Expects a snapshot to come.
    pub(super) fn expect_snapshot(&mut self) {
        self.snapshot = Some(Named::default());
    }

    /// Applies a batch in its order.
    pub(super) fn apply(&mut self, messages: Vec<WatchResponse>) -> Result<Applied, TantivyError> {
        let mut applied = Applied::default();
        for message in messages {
            match message.message {
                Some(Message::Snapshot(entity)) => self.put_wire(entity)?,
                Some(Message::SnapshotEnd(end)) => {
                    self.end_snapshot()?;
                    applied.snapshot_ended = true;
                    applied.cursor = end.cursor.or(applied.cursor);
                }
                Some(Message::Change(change)) => {
                    let cursor = change.cursor;
                    self.change(change)?;
                    applied.cursor = cursor.or(applied.cursor);
                }
                None => tracing::warn!("a message of the feed is of a kind not known here"),
            }
        }
        Ok(applied)
    }

    fn change(&mut self, change: Change) -> Result<(), TantivyError> {
        if change.kind == i32::from(ChangeKind::Deleted) {
            self.delete(&change.entity_type, &change.entity_id);
            return Ok(());
        }
        match change.entity {
            Some(entity) => self.put_wire(entity),
            // Of a kind that the feed does not carry, such as a user.
            None => Ok(()),
        }
    }

    /// What cannot be read is skipped: one bad object must not stop the feed for all others.
    fn put_wire(&mut self, entity: protocol::pb::credential::Entity) -> Result<(), TantivyError> {
        match Entity::try_from(entity) {
            Ok(entity) => self.put(entity),
            Err(failure) => {
                let failure: Failure = failure;
                tracing::error!(%failure, "an object of the feed cannot be read");
                Ok(())
            }
        }
    }

    fn holds(&self) -> Holds {
        if self.snapshot.is_some() {
            Holds::Given
        } else {
            Holds::Newer
        }
    }

    fn put(&mut self, entity: Entity) -> Result<(), TantivyError> {
        let holds = self.holds();
        match entity {
            Entity::MicroCredential(credential) => self.put_credential(*credential)?,
            Entity::Institution(institution) => {
                if let Some(named) = &mut self.snapshot {
                    named.institutions.insert(institution.id);
                }
                let present = InstitutionSummary {
                    id: institution.id,
                    name: institution.fields.name.clone(),
                    code: institution.fields.code.clone(),
                };
                let renamed = self
                    .index
                    .records_mut()
                    .put_institution(*institution, holds);
                if renamed {
                    self.index.rename_institution(&present)?;
                }
            }
            Entity::Recognition(recognition) => {
                if let Some(named) = &mut self.snapshot {
                    named.recognitions.insert(recognition.id);
                }
                self.index
                    .records_mut()
                    .put_recognition(*recognition, holds);
            }
            Entity::Pathway(pathway) => {
                if let Some(named) = &mut self.snapshot {
                    named.pathways.insert(pathway.id);
                }
                self.index.records_mut().put_pathway(*pathway, holds);
            }
        }
        Ok(())
    }

    fn put_credential(&mut self, credential: MicroCredential) -> Result<(), TantivyError> {
        let id = credential.id;
        let Some(offer) = Offer::of(credential) else {
            self.remove(id);
            return Ok(());
        };
        if let Some(named) = &mut self.snapshot {
            named.offers.insert(id);
        }
        if self.index.put(Arc::new(offer), self.holds())? {
            self.backlog.add(id);
        }
        Ok(())
    }

    fn delete(&mut self, entity_type: &str, id: &str) {
        match EntityType::parse(entity_type) {
            Some(EntityType::MicroCredential) => {
                if let Ok(id) = id.parse() {
                    self.remove(id);
                }
            }
            Some(EntityType::Institution) => {
                if let Ok(id) = id.parse() {
                    self.index.records_mut().remove_institution(id);
                }
            }
            Some(EntityType::Recognition) => {
                if let Ok(id) = id.parse() {
                    self.index.records_mut().remove_recognition(id);
                }
            }
            Some(EntityType::Pathway) => {
                if let Ok(id) = id.parse() {
                    self.index.records_mut().remove_pathway(id);
                }
            }
            Some(EntityType::User | EntityType::Webhook | EntityType::Report) | None => {}
        }
    }

    fn remove(&mut self, id: MicroCredentialId) {
        self.index.remove(id);
        self.backlog.remove(id);
        if let Some(named) = &mut self.snapshot {
            named.offers.remove(&id);
        }
    }

    /// What the snapshot has not named is gone.
    fn end_snapshot(&mut self) -> Result<(), TantivyError> {
        if let Some(named) = self.snapshot.take() {
            for id in self.index.retain(&named.offers) {
                self.backlog.remove(id);
            }
            self.index.records_mut().retain(
                &named.institutions,
                &named.recognitions,
                &named.pathways,
            );
        }
        self.index.commit()?;
        Ok(())
    }
}
