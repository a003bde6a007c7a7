//! The objects that a batch of events speaks of, as they stand now.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::vocabulary::EntityType;
use protocol::convert::feed::Entity;
use protocol::pb::credential as pb;
use uuid::Uuid;

use crate::store::outbox_events::EventRow;
use crate::store::{institutions, micro_credentials, pathways, recognitions};

/// Objects by identifier.
#[derive(Debug, Default)]
pub(super) struct Entities(HashMap<Uuid, pb::Entity>);

impl Entities {
    /// One object; `None` for what is gone and for people, who are nobody's business outside.
    pub(super) fn get(&mut self, id: Uuid) -> Option<pb::Entity> {
        self.0.get(&id).cloned()
    }

    fn add(&mut self, id: Uuid, entity: Entity) {
        self.0.insert(id, entity.into());
    }
}

/// Reads the objects of a batch, in a handful of statements whatever its size.
pub(super) async fn hydrate(
    conn: &mut AsyncPgConnection,
    events: &[EventRow],
) -> Result<Entities, Failure> {
    let mut entities = Entities::default();
    let ids = |kind: EntityType| -> Vec<Uuid> {
        let ids: HashSet<Uuid> = events
            .iter()
            .filter(|event| event.entity_type == kind.as_str())
            .map(|event| event.entity_id)
            .collect();
        ids.into_iter().collect()
    };
    let wanted = ids(EntityType::Institution);
    if !wanted.is_empty() {
        for found in institutions::find_many(conn, &wanted).await? {
            entities.add(found.id.uuid(), Entity::Institution(Box::new(found)));
        }
    }
    let wanted = ids(EntityType::MicroCredential);
    if !wanted.is_empty() {
        for found in micro_credentials::find_many(conn, &wanted).await? {
            entities.add(found.id.uuid(), Entity::MicroCredential(Box::new(found)));
        }
    }
    let wanted = ids(EntityType::Recognition);
    if !wanted.is_empty() {
        for found in recognitions::find_many(conn, &wanted).await? {
            entities.add(found.id.uuid(), Entity::Recognition(Box::new(found)));
        }
    }
    let wanted = ids(EntityType::Pathway);
    if !wanted.is_empty() {
        for found in pathways::find_many(conn, &wanted).await? {
            entities.add(found.id.uuid(), Entity::Pathway(Box::new(found)));
        }
    }
    Ok(entities)
}
