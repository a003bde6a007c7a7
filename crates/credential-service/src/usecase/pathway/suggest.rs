//! Records drafts that the AI service has made.

use std::collections::HashSet;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::id::{InstitutionId, MicroCredentialId, PathwayId};
use domain::pathway::{Pathway, PathwayDraft};
use domain::policy::Action;
use domain::validate::Violations;
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::PathwayStatus;
use protocol::Caller;
use serde_json::Value;
use uuid::Uuid;

use super::create::require_of_source;
use crate::store::pathways::Suggested;
use crate::store::{StoreError, Transaction, in_order, institutions, micro_credentials, pathways};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, institution, view};

/// Records drafts of one micro-credential, all or none, in their order. What has a pathway from it already is left out.
pub(crate) async fn record_suggested(
    transaction: &mut Transaction,
    caller: &Caller,
    suggested: &[Suggested],
) -> Result<Vec<Pathway>, Failure> {
    let Some(first) = suggested.first() else {
        return Err(Failure::invalid_field(
            "suggestions",
            "must have at least one entry",
        ));
    };
    let source = first.draft.source_institution_id;
    let credential_id = first.draft.micro_credential_id;
    caller.authorize(Action::SuggestPathways, Some(source))?;
    check(suggested)?;
    let author = authority::confirm(transaction, caller).await?;
    // Locked, so that of two at once the second finds what the first has recorded.
    let offer = micro_credentials::lock(transaction, credential_id).await?;
    require_of_source(offer.as_ref(), source)?;
    institution::require_active(transaction, "sourceInstitutionId", source).await?;
    let rows = fresh(transaction, credential_id, suggested).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    require_targets(transaction, &rows).await?;
    pathways::insert_suggested(transaction, &rows).await?;
    let changes = rows
        .iter()
        .map(|(id, suggested)| created(*id, suggested))
        .collect::<Result<Vec<_>, Failure>>()?;
    record(transaction, &author, changes, crate::clock::now()).await?;
    let ids: Vec<Uuid> = rows.iter().map(|(id, _)| id.uuid()).collect();
    let recorded = pathways::find_many(transaction, &ids).await?;
    if recorded.len() < ids.len() {
        return Err(StoreError::NotFound.into());
    }
    Ok(in_order(recorded, &ids, |pathway| pathway.id.uuid()))
}

/// Those that have no pathway from the offer yet, whatever its status, with identifiers for them.
async fn fresh<'a>(
    conn: &mut AsyncPgConnection,
    offer: MicroCredentialId,
    suggested: &'a [Suggested],
) -> Result<Vec<(PathwayId, &'a Suggested)>, Failure> {
    let known = pathways::of_credentials(conn, &[offer.uuid()]).await?;
    let mut taken: HashSet<(InstitutionId, &str)> = known
        .iter()
        .map(|pathway| target_and_name(&pathway.fields))
        .collect();
    Ok(suggested
        .iter()
        .filter(|suggested| taken.insert(target_and_name(&suggested.draft)))
        .map(|suggested| (PathwayId::generate(), suggested))
        .collect())
}

/// What tells the pathways from one offer apart.
fn target_and_name(draft: &PathwayDraft) -> (InstitutionId, &str) {
    (draft.target_institution_id, draft.name.as_str())
}

/// Insists that drafts lead to active institutions, and holds those.
async fn require_targets(
    conn: &mut AsyncPgConnection,
    rows: &[(PathwayId, &Suggested)],
) -> Result<(), Failure> {
    let targets: HashSet<Uuid> = rows
        .iter()
        .map(|(_id, suggested)| suggested.draft.target_institution_id.uuid())
        .collect();
    let wanted: Vec<Uuid> = targets.into_iter().collect();
    let held = institutions::share_many(conn, &wanted).await?;
    let active = held.iter().filter(|institution| institution.is_active);
    if active.count() < wanted.len() {
        return Err(Failure::invalid_field(
            "targetInstitutionId",
            "must name active institutions",
        ));
    }
    Ok(())
}

/// Every draft holds by itself, and all are of one micro-credential.
fn check(suggested: &[Suggested]) -> Result<(), Failure> {
    let mut violations = Violations::new();
    let first = suggested.first().map(|suggested| &suggested.draft);
    for (index, Suggested { draft, .. }) in suggested.iter().enumerate() {
        if let Err(failure) = draft.validate() {
            for violation in failure.fields {
                violations.add(
                    format!("suggestions[{index}].draft.{}", violation.field),
                    violation.message,
                );
            }
        }
        violations.require(
            first.is_some_and(|first| {
                first.micro_credential_id == draft.micro_credential_id
                    && first.source_institution_id == draft.source_institution_id
            }),
            format!("suggestions[{index}].draft.microCredentialId"),
            "must be the same in all suggestions",
        );
    }
    violations.finish()
}

fn created(id: PathwayId, suggested: &Suggested) -> Result<Change, Failure> {
    Ok(Change {
        entity_type: EntityType::Pathway,
        entity_id: id.uuid(),
        action: AuditAction::Create,
        institution_id: Some(suggested.draft.source_institution_id),
        counterpart_institution_id: None,
        before: Value::Null,
        after: view::suggested_pathway(
            &suggested.draft,
            &suggested.suggestion,
            PathwayStatus::Draft,
        )?,
        announced: Announced::Created("pathway.created"),
    })
}
