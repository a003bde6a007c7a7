//! Pathways.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod suggest;
pub(crate) mod transition;
pub(crate) mod update;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::id::{InstitutionId, PathwayId};
use domain::pathway::Pathway;
use domain::policy::{Action, permits};
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::PathwayStatus;
use protocol::Caller;

use super::record::{Announced, Change};
use super::view;
use crate::store::pathways;

/// Insists that the caller may do something to some pathway at all, before any is looked for.
fn require_role(caller: &Caller, action: Action) -> Result<(), Failure> {
    let own = caller.principal.institution_id();
    if permits(&caller.principal, action, own) {
        Ok(())
    } else {
        caller.authorize(action, None)
    }
}

/// Locks a pathway that the caller may see. What the caller may not see is not found.
async fn locked(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
    id: PathwayId,
) -> Result<Pathway, Failure> {
    let pathway = pathways::lock(conn, id)
        .await?
        .ok_or_else(|| Failure::not_found("pathway"))?;
    if is_party(caller, &pathway) || pathway.status == PathwayStatus::Active {
        Ok(pathway)
    } else {
        Err(Failure::not_found("pathway"))
    }
}

/// A pathway as the caller may see it: what a reviewer wrote is between the institutions that it joins.
pub(crate) fn shown(caller: &Caller, mut pathway: Pathway) -> Pathway {
    if !is_party(caller, &pathway) {
        pathway.review_notes = None;
    }
    pathway
}

/// Whether the caller acts for an institution that the pathway joins.
fn is_party(caller: &Caller, pathway: &Pathway) -> bool {
    let fields = &pathway.fields;
    let may = |party| permits(&caller.principal, Action::ReadDrafts, Some(party));
    may(fields.source_institution_id)
        || is_put_to_target(pathway) && may(fields.target_institution_id)
}

/// Whether the target has a pathway before it. A draft, also one that was dropped, is its source's alone: the target was not
/// asked, and the micro-credential behind it may be nobody else's business.
pub(crate) const fn is_put_to_target(pathway: &Pathway) -> bool {
    match pathway.status {
        PathwayStatus::UnderReview
        | PathwayStatus::Approved
        | PathwayStatus::Active
        | PathwayStatus::Suspended => true,
        PathwayStatus::Archived => pathway.approved_at.is_some(),
        PathwayStatus::Draft => false,
    }
}

/// What is put on record: for the institution that has acted, else for the source.
fn change(
    caller: &Caller,
    action: AuditAction,
    before: &Pathway,
    after: &Pathway,
    announced: Announced,
) -> Result<Change, Failure> {
    Ok(Change {
        entity_type: EntityType::Pathway,
        entity_id: before.id.uuid(),
        action,
        institution_id: Some(concerned(caller, before)),
        before: view::recorded_pathway(before)?,
        after: view::recorded_pathway(after)?,
        announced,
    })
}

fn concerned(caller: &Caller, pathway: &Pathway) -> InstitutionId {
    let target = pathway.fields.target_institution_id;
    if caller.principal.institution_id() == Some(target) {
        target
    } else {
        pathway.fields.source_institution_id
    }
}
