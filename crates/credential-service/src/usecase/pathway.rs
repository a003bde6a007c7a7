//! Pathways.

pub(crate) mod close;
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
    stands_before_target(pathway.status, pathway.approved_at.is_some())
}

const fn stands_before_target(status: PathwayStatus, is_approved: bool) -> bool {
    match status {
        PathwayStatus::UnderReview
        | PathwayStatus::Approved
        | PathwayStatus::Active
        | PathwayStatus::Suspended => true,
        PathwayStatus::Archived => is_approved,
        PathwayStatus::Draft => false,
    }
}

/// What is put on record: for the institution that has acted, else for the source; and for the other end, unless it is
/// the target of a draft that it does not know of.
fn change(
    caller: &Caller,
    action: AuditAction,
    before: &Pathway,
    after: &Pathway,
    announced: Announced,
) -> Result<Change, Failure> {
    let (acting, other) = ends(caller, before);
    let is_shared = is_put_to_target(before) || is_put_to_target(after);
    Ok(Change {
        entity_type: EntityType::Pathway,
        entity_id: before.id.uuid(),
        action,
        institution_id: Some(acting),
        counterpart_institution_id: (is_shared && other != acting).then_some(other),
        before: view::recorded_pathway(before)?,
        after: view::recorded_pathway(after)?,
        announced,
    })
}

/// The institution that has acted, or the source when it was neither of the two, and the one at the other end.
fn ends(caller: &Caller, pathway: &Pathway) -> (InstitutionId, InstitutionId) {
    let fields = &pathway.fields;
    let (source, target) = (fields.source_institution_id, fields.target_institution_id);
    if caller.principal.institution_id() == Some(target) {
        (target, source)
    } else {
        (source, target)
    }
}
