//! Withdraws a pathway wherever it stands.

use domain::Failure;
use domain::id::PathwayId;
use domain::pathway::Pathway;
use domain::policy::Action;
use domain::vocabulary::AuditAction;
use domain::workflow::PathwayStatus;
use protocol::Caller;

use super::{change, locked};
use crate::store::pathways::Standing;
use crate::store::{StoreError, Transaction, pathways};
use crate::usecase::record::{Announced, record};
use crate::usecase::{authority, require_version};

/// Withdraws a pathway, unless the caller saw another version. It stays on record. A second time changes nothing.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version.
pub(crate) async fn delete(
    transaction: &mut Transaction,
    caller: &Caller,
    id: PathwayId,
    expected_version: Option<i64>,
) -> Result<Pathway, Failure> {
    authority::authorize_somewhere(caller, Action::DeletePathway)?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, id).await?;
    let source = before.fields.source_institution_id;
    caller.authorize(Action::DeletePathway, Some(source))?;
    require_version(expected_version, before.version)?;
    if before.status == PathwayStatus::Archived {
        return Ok(before);
    }
    let now = crate::clock::now();
    let standing = Standing {
        status: PathwayStatus::Archived,
        ..Standing::of(&before)
    };
    pathways::set_standing(transaction, id, &standing, now).await?;
    let after = pathways::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let announced = Announced::Deleted("pathway.deleted");
    let change = change(caller, AuditAction::Delete, &before, &after, announced)?;
    record(transaction, &author, vec![change], now).await?;
    Ok(after)
}
