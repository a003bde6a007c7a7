//! Records a draft of a pathway.

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::id::{InstitutionId, PathwayId};
use domain::micro_credential::MicroCredential;
use domain::pathway::{Pathway, PathwayDraft};
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::{CredentialStatus, PathwayStatus};
use protocol::Caller;
use serde_json::Value;

use super::stands_before_target;
use crate::store::micro_credentials::owner;
use crate::store::{StoreError, Transaction, micro_credentials, pathways};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, institution, view};

/// Records a draft that leads from a micro-credential of the source institution to the target institution.
pub(crate) async fn create(
    transaction: &mut Transaction,
    caller: &Caller,
    draft: PathwayDraft,
) -> Result<Pathway, Failure> {
    caller.authorize(Action::CreatePathway, Some(draft.source_institution_id))?;
    draft.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    require_ends(transaction, &draft).await?;
    let id = PathwayId::generate();
    pathways::insert(transaction, id, &draft, PathwayStatus::Draft, None).await?;
    let change = created(id, &draft, PathwayStatus::Draft)?;
    record(transaction, &author, vec![change], crate::clock::now()).await?;
    let pathway = pathways::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    Ok(pathway)
}

/// Insists that a draft leads from an offer of an active institution to an active institution, and holds all three.
pub(super) async fn require_ends(
    conn: &mut AsyncPgConnection,
    draft: &PathwayDraft,
) -> Result<(), Failure> {
    let source = draft.source_institution_id;
    let offer = micro_credentials::share(conn, draft.micro_credential_id).await?;
    require_of_source(offer.as_ref(), source)?;
    institution::require_active(conn, "sourceInstitutionId", source).await?;
    institution::require_active(conn, "targetInstitutionId", draft.target_institution_id).await
}

/// Insists that something new may lead from an offer, and that it is one of the source institution.
pub(super) fn require_of_source(
    offer: Option<&MicroCredential>,
    source: InstitutionId,
) -> Result<(), Failure> {
    offer
        .filter(|offer| owner(offer) == source && offer.status != CredentialStatus::Archived)
        .map(|_offer| ())
        .ok_or_else(|| {
            Failure::invalid_field(
                "microCredentialId",
                "must name a micro-credential of the source institution that is not archived",
            )
        })
}

/// What is put on record for a new pathway; the target reads of it once it stands before it, as in the demonstration.
pub(crate) fn created(
    id: PathwayId,
    draft: &PathwayDraft,
    status: PathwayStatus,
) -> Result<Change, Failure> {
    let (source, target) = (draft.source_institution_id, draft.target_institution_id);
    let is_shared = stands_before_target(status, false) && source != target;
    Ok(Change {
        entity_type: EntityType::Pathway,
        entity_id: id.uuid(),
        action: AuditAction::Create,
        institution_id: Some(source),
        counterpart_institution_id: is_shared.then_some(target),
        before: Value::Null,
        after: view::pathway(draft, status)?,
        announced: Announced::Created("pathway.created"),
    })
}
