//! Records an institution.

use domain::Failure;
use domain::id::InstitutionId;
use domain::institution::{Institution, InstitutionDraft};
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;
use serde_json::Value;

use crate::store::{Transaction, institutions};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, view};

/// Records an institution, unless its code is taken.
pub(crate) async fn create(
    transaction: &mut Transaction,
    caller: &Caller,
    draft: InstitutionDraft,
) -> Result<Institution, Failure> {
    caller.authorize(Action::CreateInstitution, None)?;
    draft.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    let institution = institutions::insert(transaction, InstitutionId::generate(), &draft)
        .await
        .map_err(code_taken)?;
    let change = created(&institution)?;
    record(transaction, &author, vec![change], crate::clock::now()).await?;
    Ok(institution)
}

/// The code of a new institution is taken.
pub(crate) fn code_taken(error: crate::store::StoreError) -> Failure {
    error.on_unique(
        "institutions_code_key",
        "code",
        "another institution already has this code",
    )
}

/// What is put on record for a new institution.
pub(crate) fn created(institution: &Institution) -> Result<Change, Failure> {
    Ok(Change {
        entity_type: EntityType::Institution,
        entity_id: institution.id.uuid(),
        action: AuditAction::Create,
        institution_id: Some(institution.id),
        counterpart_institution_id: None,
        before: Value::Null,
        after: view::institution(institution)?,
        announced: Announced::Created("institution.created"),
    })
}
