//! Changes to one part of a micro-credential.

use std::str::FromStr;

use domain::Failure;
use domain::parts::{ListChange, PartChange};

use super::value::required;
use crate::pb::credential as pb;
use crate::pb::credential::change_part_request::Change;

impl From<PartChange> for Change {
    fn from(change: PartChange) -> Self {
        match change {
            PartChange::Outcomes(ListChange::Add(draft)) => Self::AddOutcome(draft.into()),
            PartChange::Outcomes(ListChange::Replace(id, draft)) => {
                Self::ReplaceOutcome(pb::OutcomeReplacement {
                    id: id.to_string(),
                    draft: Some(draft.into()),
                })
            }
            PartChange::Outcomes(ListChange::Remove(id)) => Self::RemoveOutcome(id.to_string()),
            PartChange::Outcomes(ListChange::Reorder(ids)) => Self::ReorderOutcomes(order(&ids)),
            PartChange::Prerequisites(ListChange::Add(draft)) => {
                Self::AddPrerequisite(draft.into())
            }
            PartChange::Prerequisites(ListChange::Replace(id, draft)) => {
                Self::ReplacePrerequisite(pb::PrerequisiteReplacement {
                    id: id.to_string(),
                    draft: Some(draft.into()),
                })
            }
            PartChange::Prerequisites(ListChange::Remove(id)) => {
                Self::RemovePrerequisite(id.to_string())
            }
            PartChange::Prerequisites(ListChange::Reorder(ids)) => {
                Self::ReorderPrerequisites(order(&ids))
            }
        }
    }
}

impl TryFrom<Change> for PartChange {
    type Error = Failure;

    fn try_from(change: Change) -> Result<Self, Failure> {
        Ok(match change {
            Change::AddOutcome(draft) => Self::Outcomes(ListChange::Add(draft.try_into()?)),
            Change::ReplaceOutcome(part) => {
                let draft = required(part.draft, "draft")?.try_into()?;
                Self::Outcomes(ListChange::Replace(part.id.parse()?, draft))
            }
            Change::RemoveOutcome(id) => Self::Outcomes(ListChange::Remove(id.parse()?)),
            Change::ReorderOutcomes(order) => {
                Self::Outcomes(ListChange::Reorder(identifiers(&order)?))
            }
            Change::AddPrerequisite(draft) => {
                Self::Prerequisites(ListChange::Add(draft.try_into()?))
            }
            Change::ReplacePrerequisite(part) => {
                let draft = required(part.draft, "draft")?.try_into()?;
                Self::Prerequisites(ListChange::Replace(part.id.parse()?, draft))
            }
            Change::RemovePrerequisite(id) => Self::Prerequisites(ListChange::Remove(id.parse()?)),
            Change::ReorderPrerequisites(order) => {
                Self::Prerequisites(ListChange::Reorder(identifiers(&order)?))
            }
        })
    }
}

fn order<I: ToString>(ids: &[I]) -> pb::PartOrder {
    pb::PartOrder {
        ids: ids.iter().map(ToString::to_string).collect(),
    }
}

fn identifiers<I: FromStr<Err = Failure>>(order: &pb::PartOrder) -> Result<Vec<I>, Failure> {
    order.ids.iter().map(|id| id.parse()).collect()
}
