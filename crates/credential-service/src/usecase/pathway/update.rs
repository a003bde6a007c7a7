//! Replaces the fields of a draft.

use domain::id::PathwayId;
use domain::pathway::{Pathway, PathwayDraft};
use domain::policy::Action;
use domain::vocabulary::AuditAction;
use domain::{ErrorCode, Failure};
use protocol::Caller;

use super::create::require_ends;
use super::{change, locked};
use crate::store::{StoreError, Transaction, pathways};
use crate::usecase::record::{Announced, record};
use crate::usecase::{authority, require_version};

/// Replaces all fields of a draft, unless the caller saw another version. The source institution stays the same.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version, `CONFLICT` for what is no draft: what a reviewer looks at or has agreed to
/// does not change under their hands.
pub(crate) async fn update(
    transaction: &mut Transaction,
    caller: &Caller,
    id: PathwayId,
    draft: PathwayDraft,
    expected_version: Option<i64>,
) -> Result<Pathway, Failure> {
    authority::authorize_somewhere(caller, Action::UpdatePathway)?;
    draft.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, id).await?;
    let source = before.fields.source_institution_id;
    caller.authorize(Action::UpdatePathway, Some(source))?;
    require_version(expected_version, before.version)?;
    if !before.status.is_editable() {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "only a draft can be changed; a reviewer sends it back with `reject`",
        ));
    }
    if draft.source_institution_id != source {
        return Err(Failure::invalid_field(
            "sourceInstitutionId",
            "must stay the same",
        ));
    }
    require_ends(transaction, &draft).await?;
    let now = crate::clock::now();
    pathways::replace(transaction, id, &draft, now).await?;
    let after = pathways::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let announced = Announced::Updated("pathway.updated");
    let change = change(caller, AuditAction::Update, &before, &after, announced)?;
    record(transaction, &author, vec![change], now).await?;
    Ok(after)
}
