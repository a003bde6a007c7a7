//! Records a draft.

use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId};
use domain::micro_credential::{MicroCredential, MicroCredentialDraft};
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::CredentialStatus;
use protocol::Caller;
use serde_json::Value;

use super::code_taken;
use crate::store::micro_credentials::{self, NewCredential};
use crate::store::{StoreError, Transaction};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, institution, view};

/// Records a draft for an institution, unless its program code is taken.
pub(crate) async fn create(
    transaction: &mut Transaction,
    caller: &Caller,
    institution_id: InstitutionId,
    draft: MicroCredentialDraft,
) -> Result<MicroCredential, Failure> {
    caller.authorize(Action::CreateCredential, Some(institution_id))?;
    draft.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    institution::require_active(transaction, "institutionId", institution_id).await?;
    let id = MicroCredentialId::generate();
    let new = NewCredential {
        id,
        institution_id,
        draft: &draft,
        status: CredentialStatus::Draft,
        published_at: None,
    };
    micro_credentials::insert_many(transaction, &[new])
        .await
        .map_err(code_taken)?;
    let change = Change {
        entity_type: EntityType::MicroCredential,
        entity_id: id.uuid(),
        action: AuditAction::Create,
        institution_id: Some(institution_id),
        counterpart_institution_id: None,
        before: Value::Null,
        after: view::new_micro_credential(&draft, CredentialStatus::Draft)?,
        announced: Announced::Created("credential.created"),
    };
    record(transaction, &author, vec![change], crate::clock::now()).await?;
    let credential = micro_credentials::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    Ok(credential)
}
