//! Changes one outcome or prerequisite, or their order.

use diesel_async::AsyncPgConnection;
use domain::id::{LearningOutcomeId, MicroCredentialId, PrerequisiteId};
use domain::micro_credential::{
    LearningOutcome, MAX_OUTCOMES, MAX_PREREQUISITES, MicroCredential, Prerequisite,
};
use domain::parts::{ListChange, ListName, PartChange};
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use domain::workflow::CredentialStatus;
use domain::{ErrorCode, Failure};
use protocol::Caller;
use uuid::Uuid;

use super::transition::{locked, require_core_outcome};
use crate::store::micro_credentials::{self, owner};
use crate::store::{StoreError, Transaction, parts};
use crate::usecase::record::{Announced, Change, record};
use crate::usecase::{authority, require_version, view};

const OUTCOMES: ListName = ListName {
    part: "learning outcome",
    list: "outcomes",
    most: MAX_OUTCOMES,
};
const PREREQUISITES: ListName = ListName {
    part: "prerequisite",
    list: "prerequisites",
    most: MAX_PREREQUISITES,
};

/// Changes one part, unless the caller saw another version of the micro-credential; says which part was added or replaced.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version, `CONFLICT` for what is withdrawn; a published one keeps a core outcome.
pub(crate) async fn change_part(
    transaction: &mut Transaction,
    caller: &Caller,
    id: MicroCredentialId,
    change: PartChange,
    expected_version: Option<i64>,
) -> Result<(MicroCredential, Option<Uuid>), Failure> {
    let action = Action::UpdateCredential;
    authority::authorize_somewhere(caller, action)?;
    validate(&change)?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, action, id).await?;
    require_version(expected_version, before.version)?;
    if !before.status.is_editable() {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "an archived micro-credential cannot be changed",
        ));
    }
    let part = write(transaction, &before, change).await?;
    let now = crate::clock::now();
    micro_credentials::touch(transaction, id, now).await?;
    let after = micro_credentials::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    if after.status == CredentialStatus::Published {
        require_core_outcome(&view::whole(&after))?;
    }
    let change = Change {
        entity_type: EntityType::MicroCredential,
        entity_id: id.uuid(),
        action: AuditAction::Update,
        institution_id: Some(owner(&before)),
        counterpart_institution_id: None,
        before: view::micro_credential(&before)?,
        after: view::micro_credential(&after)?,
        announced: Announced::Updated("credential.updated"),
    };
    record(transaction, &author, vec![change], now).await?;
    Ok((after, part))
}

fn validate(change: &PartChange) -> Result<(), Failure> {
    match change {
        PartChange::Outcomes(ListChange::Add(draft) | ListChange::Replace(_, draft)) => {
            draft.validate()
        }
        PartChange::Prerequisites(ListChange::Add(draft) | ListChange::Replace(_, draft)) => {
            draft.validate()
        }
        PartChange::Outcomes(ListChange::Remove(_) | ListChange::Reorder(_))
        | PartChange::Prerequisites(ListChange::Remove(_) | ListChange::Reorder(_)) => Ok(()),
    }
}

async fn write(
    conn: &mut AsyncPgConnection,
    before: &MicroCredential,
    change: PartChange,
) -> Result<Option<Uuid>, Failure> {
    match change {
        PartChange::Outcomes(change) => {
            let recorded = before.outcomes.iter();
            let list = recorded
                .map(|part| (part.id, part.fields.clone()))
                .collect();
            let (list, part) = change.apply(list, LearningOutcomeId::generate(), OUTCOMES)?;
            parts::put::<LearningOutcome>(conn, before.id, &before.outcomes, &list).await?;
            Ok(part.map(LearningOutcomeId::uuid))
        }
        PartChange::Prerequisites(change) => {
            let recorded = before.prerequisites.iter();
            let list = recorded
                .map(|part| (part.id, part.fields.clone()))
                .collect();
            let (list, part) = change.apply(list, PrerequisiteId::generate(), PREREQUISITES)?;
            parts::put::<Prerequisite>(conn, before.id, &before.prerequisites, &list).await?;
            Ok(part.map(PrerequisiteId::uuid))
        }
    }
}
