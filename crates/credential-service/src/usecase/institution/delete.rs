//! Withdraws an institution.

use domain::Failure;
use domain::id::InstitutionId;
use domain::institution::Institution;
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;

use crate::store::{Transaction, institutions};
use crate::usecase::pathway::close;
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, require_version, view};

/// Withdraws an institution, unless the caller saw another version. It stays on record with everything that refers to
/// it; nothing new may refer to it, and the open pathways from and to it are suspended. A second time changes nothing.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version.
pub(crate) async fn delete(
    transaction: &mut Transaction,
    caller: &Caller,
    id: InstitutionId,
    expected_version: Option<i64>,
) -> Result<Institution, Failure> {
    caller.authorize(Action::DeleteInstitution, Some(id))?;
    let author = authority::confirm(transaction, caller).await?;
    let before = institutions::lock(transaction, id)
        .await?
        .ok_or_else(|| Failure::not_found("institution"))?;
    require_version(expected_version, before.version)?;
    if !before.is_active {
        return Ok(before);
    }
    let now = crate::clock::now();
    let after = institutions::replace(transaction, id, &before.fields, false, now).await?;
    let change = Change {
        entity_type: EntityType::Institution,
        entity_id: id.uuid(),
        action: AuditAction::Delete,
        institution_id: Some(id),
        counterpart_institution_id: None,
        before: view::institution(&before)?,
        after: view::institution(&after)?,
        // Not as deleted: followers still show its name beside what refers to it.
        announced: Announced::Updated("institution.deleted"),
    };
    record(transaction, &author, vec![change], now).await?;
    close::of_institution(transaction, caller, &author, id, now).await?;
    Ok(after)
}
