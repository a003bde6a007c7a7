//! Replaces the fields of an institution.

use domain::Failure;
use domain::id::InstitutionId;
use domain::institution::{Institution, InstitutionDraft};
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;

use super::create::code_taken;
use crate::store::{Transaction, institutions};
use crate::usecase::pathway::close;
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, require_version, view};

/// Replaces all fields, unless the caller saw another version; `is_active` of `None` leaves it as it is.
/// An institution that is withdrawn in this way has its open pathways suspended; one that comes back opens none by itself.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version, `DUPLICATE_KEY` for a taken code.
pub(crate) async fn update(
    transaction: &mut Transaction,
    caller: &Caller,
    id: InstitutionId,
    draft: InstitutionDraft,
    is_active: Option<bool>,
    expected_version: Option<i64>,
) -> Result<Institution, Failure> {
    caller.authorize(Action::UpdateInstitution, Some(id))?;
    draft.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    let before = institutions::lock(transaction, id)
        .await?
        .ok_or_else(|| Failure::not_found("institution"))?;
    require_version(expected_version, before.version)?;
    let is_active = is_active.unwrap_or(before.is_active);
    if is_active != before.is_active {
        caller.authorize(Action::DeleteInstitution, Some(id))?;
    }
    let now = crate::clock::now();
    let after = institutions::replace(transaction, id, &draft, is_active, now)
        .await
        .map_err(code_taken)?;
    let change = Change {
        entity_type: EntityType::Institution,
        entity_id: id.uuid(),
        action: AuditAction::Update,
        institution_id: Some(id),
        counterpart_institution_id: None,
        before: view::institution(&before)?,
        after: view::institution(&after)?,
        announced: Announced::Updated("institution.updated"),
    };
    record(transaction, &author, vec![change], now).await?;
    if before.is_active && !is_active {
        close::of_institution(transaction, caller, &author, id, now).await?;
    }
    Ok(after)
}
