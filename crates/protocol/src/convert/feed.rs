//! The change feed.

use domain::Failure;
use domain::institution::Institution;
use domain::micro_credential::MicroCredential;
use domain::pathway::Pathway;
use domain::recognition::Recognition;

use super::value::required;
use crate::pb::credential as pb;

/// An object of the catalogue as the feed carries it.
#[derive(Clone, Debug, PartialEq)]
pub enum Entity {
    /// An institution.
    Institution(Box<Institution>),
    /// A micro-credential with outcomes and prerequisites.
    MicroCredential(Box<MicroCredential>),
    /// A recognition.
    Recognition(Box<Recognition>),
    /// A pathway.
    Pathway(Box<Pathway>),
}

impl From<Entity> for pb::Entity {
    fn from(entity: Entity) -> Self {
        let entity = match entity {
            Entity::Institution(institution) => {
                pb::entity::Entity::Institution((*institution).into())
            }
            Entity::MicroCredential(credential) => {
                pb::entity::Entity::MicroCredential((*credential).into())
            }
            Entity::Recognition(recognition) => {
                pb::entity::Entity::Recognition((*recognition).into())
            }
            Entity::Pathway(pathway) => pb::entity::Entity::Pathway((*pathway).into()),
        };
        Self {
            entity: Some(entity),
        }
    }
}

impl TryFrom<pb::Entity> for Entity {
    type Error = Failure;

    fn try_from(entity: pb::Entity) -> Result<Self, Failure> {
        Ok(match required(entity.entity, "entity")? {
            pb::entity::Entity::Institution(institution) => {
                Self::Institution(Box::new(institution.try_into()?))
            }
            pb::entity::Entity::MicroCredential(credential) => {
                Self::MicroCredential(Box::new(credential.try_into()?))
            }
            pb::entity::Entity::Recognition(recognition) => {
                Self::Recognition(Box::new(recognition.try_into()?))
            }
            pb::entity::Entity::Pathway(pathway) => Self::Pathway(Box::new(pathway.try_into()?)),
        })
    }
}
