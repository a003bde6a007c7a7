//! Records drafts that the AI service has made.

use std::collections::HashSet;

use domain::Failure;
use domain::id::PathwayId;
use domain::pathway::Pathway;
use domain::policy::Action;
use domain::validate::Violations;
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::{CredentialStatus, PathwayStatus};
use protocol::Caller;
use serde_json::Value;
use uuid::Uuid;

use crate::store::micro_credentials::owner;
use crate::store::pathways::Suggested;
use crate::store::{StoreError, Transaction, institutions, micro_credentials, pathways};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, view};

/// Records drafts of one micro-credential, all or none, in their order.
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
    let of_source = micro_credentials::share(transaction, credential_id)
        .await?
        .is_some_and(|credential| {
            owner(&credential) == source && credential.status != CredentialStatus::Archived
        });
    if !of_source {
        return Err(Failure::invalid_field(
            "microCredentialId",
            "must name a micro-credential of the source institution that is not archived",
        ));
    }
    let targets: HashSet<Uuid> = suggested
        .iter()
        .map(|suggested| suggested.draft.target_institution_id.uuid())
        .collect();
    let wanted: Vec<Uuid> = targets.iter().copied().collect();
    let active = institutions::find_many(transaction, &wanted)
        .await?
        .into_iter()
        .filter(|institution| institution.is_active)
        .count();
    if active < targets.len() {
        return Err(Failure::invalid_field(
            "targetInstitutionId",
            "must name active institutions",
        ));
    }
    let rows: Vec<(PathwayId, &Suggested)> = suggested
        .iter()
        .map(|suggested| (PathwayId::generate(), suggested))
        .collect();
    pathways::insert_suggested(transaction, &rows).await?;
    let changes = rows
        .iter()
        .map(|(id, suggested)| created(*id, suggested))
        .collect::<Result<Vec<_>, Failure>>()?;
    record(transaction, &author, changes, crate::clock::now()).await?;
    let ids: Vec<Uuid> = rows.iter().map(|(id, _)| id.uuid()).collect();
    let mut recorded = pathways::find_many(transaction, &ids).await?;
    recorded.sort_by_key(|pathway| ids.iter().position(|id| *id == pathway.id.uuid()));
    if recorded.len() < ids.len() {
        return Err(StoreError::NotFound.into());
    }
    Ok(recorded)
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
