//! Follows the change feed of credential-service and tells whoever listens in this process.
//!
//! The gateway keeps nothing of the catalogue, so it asks for no snapshot: it begins with the changes from now on, and goes on behind the
//! last one it has seen when the connection breaks. When its place is not known any more, listeners are told that they have missed changes.

mod stream;

use std::fmt;

use domain::Failure;
use domain::vocabulary::EntityType;
use futures::future::BoxFuture;
use protocol::convert::feed::Entity;
use protocol::pb::credential as pb;
use uuid::Uuid;

pub(crate) use self::stream::{Listeners, follower};
use crate::token::revocations::Revocation;

/// One change that somebody has made.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Name of the event, such as `credential.published`.
    pub(crate) event_type: String,
    /// Kind of object.
    pub(crate) entity_type: EntityType,
    /// The object.
    pub(crate) entity_id: Uuid,
    /// Whether the object is new.
    pub(crate) is_new: bool,
    /// The object as it stands, when the feed carries its kind and it is still there.
    pub(crate) entity: Option<Entity>,
    /// Which tokens are worth nothing any more.
    pub(crate) revocation: Option<Revocation>,
}

impl TryFrom<pb::Change> for Change {
    type Error = Failure;

    fn try_from(change: pb::Change) -> Result<Self, Failure> {
        let is_new = change.kind() == pb::ChangeKind::Created;
        let entity_type = EntityType::parse(&change.entity_type)
            .ok_or_else(|| Failure::malformed("the feed names a kind that is not known here"))?;
        let entity_id = change
            .entity_id
            .parse()
            .map_err(|error| Failure::malformed("the feed names no object").caused_by(error))?;
        Ok(Self {
            event_type: change.event_type,
            entity_type,
            entity_id,
            is_new,
            entity: change.entity.map(TryInto::try_into).transpose()?,
            revocation: change.revocation.map(TryInto::try_into).transpose()?,
        })
    }
}

/// Somebody who wants to know what changes.
pub(crate) trait Listener: fmt::Debug + Send + Sync {
    /// These changes have been made, in this order; some may come a second time.
    fn changed<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, ()>;

    /// Changes may have been missed: whatever rests on having seen all of them must go.
    fn missed(&self) -> BoxFuture<'_, ()>;

    /// Whatever was changed up to now has been told. Said several times a second while the feed is well, and not otherwise.
    fn up_to_date(&self);
}
