//! Records a recognition.

use domain::id::{InstitutionId, RecognitionId};
use domain::policy::Action;
use domain::recognition::{Recognition, RecognitionDraft};
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::CredentialStatus;
use domain::{ErrorCode, Failure};
use protocol::Caller;
use serde_json::Value;

use crate::store::micro_credentials::owner;
use crate::store::{StoreError, Transaction, micro_credentials, recognitions};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, institution, view};

/// Records the decision of an institution to give credit for another's published offer.
pub(crate) async fn create(
    transaction: &mut Transaction,
    caller: &Caller,
    draft: RecognitionDraft,
) -> Result<Recognition, Failure> {
    let recognizing = draft.recognizing_institution_id;
    caller.authorize(Action::CreateRecognition, Some(recognizing))?;
    draft.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    // Held until the end, so that it cannot be withdrawn meanwhile.
    let credential = micro_credentials::share(transaction, draft.micro_credential_id)
        .await?
        .filter(|credential| credential.published_at.is_some())
        .ok_or_else(|| Failure::not_found("micro-credential"))?;
    if credential.status != CredentialStatus::Published {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "only a published micro-credential can be recognised",
        ));
    }
    if owner(&credential) == recognizing {
        return Err(Failure::invalid_field(
            "recognizingInstitutionId",
            "must not be the institution that offers the micro-credential",
        ));
    }
    institution::require_active(transaction, "recognizingInstitutionId", recognizing).await?;
    let id = RecognitionId::generate();
    recognitions::insert(transaction, id, &draft)
        .await
        .map_err(already_recognised)?;
    let change = created(id, &draft, owner(&credential))?;
    record(transaction, &author, vec![change], crate::clock::now()).await?;
    let recognition = recognitions::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    Ok(recognition)
}

/// The institution has already decided so.
pub(super) fn already_recognised(error: StoreError) -> Failure {
    error.on_unique(
        "recognitions_active_key",
        "recognitionType",
        "the institution already recognises this micro-credential in this way",
    )
}

/// What is put on record for a new recognition of an offer of an institution.
pub(crate) fn created(
    id: RecognitionId,
    draft: &RecognitionDraft,
    offering: InstitutionId,
) -> Result<Change, Failure> {
    Ok(Change {
        entity_type: EntityType::Recognition,
        entity_id: id.uuid(),
        action: AuditAction::Create,
        institution_id: Some(draft.recognizing_institution_id),
        counterpart_institution_id: Some(offering),
        before: Value::Null,
        after: view::recognition(draft)?,
        announced: Announced::Created("recognition.created"),
    })
}
