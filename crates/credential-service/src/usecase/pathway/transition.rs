//! One step of the workflow of a pathway.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::id::{InstitutionId, PathwayId};
use domain::pathway::{MAX_REVIEW_NOTES, Pathway};
use domain::policy::Action;
use domain::validate::Violations;
use domain::workflow::{CredentialStatus, PathwayStatus, PathwayTransition};
use domain::{ErrorCode, Failure};
use protocol::Caller;

use super::{change, locked};
use crate::store::pathways::Standing;
use crate::store::{StoreError, Transaction, micro_credentials, pathways};
use crate::usecase::record::{Announced, record};
use crate::usecase::{authority, institution, require_version};

const fn action(step: PathwayTransition) -> Action {
    match step {
        PathwayTransition::Submit => Action::SubmitPathway,
        PathwayTransition::Approve | PathwayTransition::Reject => Action::ReviewPathway,
        PathwayTransition::Activate | PathwayTransition::Suspend | PathwayTransition::Archive => {
            Action::RunPathway
        }
    }
}

/// Takes one step of the workflow, unless the caller saw another version. `notes` are the reviewer's.
///
/// # Errors
/// `INVALID_TRANSITION` when the workflow has no such step from here, `CONFLICT` when the offer behind it is not published.
pub(crate) async fn transition(
    transaction: &mut Transaction,
    caller: &Caller,
    id: PathwayId,
    step: PathwayTransition,
    notes: Option<String>,
    expected_version: Option<i64>,
) -> Result<Pathway, Failure> {
    authority::authorize_somewhere(caller, action(step))?;
    require_notes(step, notes.as_deref())?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, id).await?;
    require_party(caller, step, &before)?;
    require_version(expected_version, before.version)?;
    let status = before.status.after(step)?;
    match step {
        PathwayTransition::Submit | PathwayTransition::Approve => {
            require_acting_ends(transaction, &before).await?;
        }
        PathwayTransition::Activate => require_open(transaction, &before).await?,
        PathwayTransition::Reject | PathwayTransition::Suspend | PathwayTransition::Archive => {}
    }
    let now = crate::clock::now();
    let standing = standing(caller, &before, status, step, notes, now);
    pathways::set_standing(transaction, id, &standing, now).await?;
    let after = pathways::find_many(transaction, &[id.uuid()])
        .await?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let announced = Announced::Updated(step.event_type());
    let change = change(caller, step.audit_action(), &before, &after, announced)?;
    record(transaction, &author, vec![change], now).await?;
    Ok(after)
}

/// Reviewers say why they send something back, and may say something when they agree; nobody else writes notes.
fn require_notes(step: PathwayTransition, notes: Option<&str>) -> Result<(), Failure> {
    let mut violations = Violations::new();
    match step {
        PathwayTransition::Reject => {
            violations.text("reason", notes.unwrap_or_default(), MAX_REVIEW_NOTES);
        }
        PathwayTransition::Approve => violations.optional_text("notes", notes, MAX_REVIEW_NOTES),
        PathwayTransition::Submit
        | PathwayTransition::Activate
        | PathwayTransition::Suspend
        | PathwayTransition::Archive => {
            violations.require(notes.is_none(), "notes", "are a reviewer's");
        }
    }
    violations.finish()
}

/// Insists that the caller acts for an institution whose step this is.
fn require_party(
    caller: &Caller,
    step: PathwayTransition,
    pathway: &Pathway,
) -> Result<(), Failure> {
    let (source, target) = (
        pathway.fields.source_institution_id,
        pathway.fields.target_institution_id,
    );
    let own = caller.principal.institution_id();
    let party: InstitutionId = match step {
        PathwayTransition::Submit => source,
        PathwayTransition::Approve | PathwayTransition::Reject => target,
        // Learners arrive at the target: what was closed is not opened again without it.
        PathwayTransition::Activate if pathway.status == PathwayStatus::Suspended => target,
        PathwayTransition::Activate | PathwayTransition::Suspend | PathwayTransition::Archive
            if own == Some(target) =>
        {
            target
        }
        PathwayTransition::Activate | PathwayTransition::Suspend | PathwayTransition::Archive => {
            source
        }
    };
    caller.authorize(action(step), Some(party))
}

/// Insists that learners can start on the pathway and arrive.
async fn require_open(conn: &mut AsyncPgConnection, pathway: &Pathway) -> Result<(), Failure> {
    let published = micro_credentials::share(conn, pathway.fields.micro_credential_id)
        .await?
        .is_some_and(|credential| credential.status == CredentialStatus::Published);
    if !published {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "only a published micro-credential can open a pathway",
        ));
    }
    require_acting_ends(conn, pathway).await
}

/// Insists that both institutions still act.
async fn require_acting_ends(
    conn: &mut AsyncPgConnection,
    pathway: &Pathway,
) -> Result<(), Failure> {
    institution::require_acting(conn, pathway.fields.source_institution_id).await?;
    institution::require_acting(conn, pathway.fields.target_institution_id).await
}

fn standing(
    caller: &Caller,
    before: &Pathway,
    status: PathwayStatus,
    step: PathwayTransition,
    notes: Option<String>,
    now: DateTime<Utc>,
) -> Standing {
    match step {
        PathwayTransition::Approve => Standing {
            status,
            approved_by: caller.principal.user_id(),
            approved_at: Some(now),
            review_notes: notes,
        },
        PathwayTransition::Reject => Standing {
            status,
            approved_by: None,
            approved_at: None,
            review_notes: notes,
        },
        PathwayTransition::Submit
        | PathwayTransition::Activate
        | PathwayTransition::Suspend
        | PathwayTransition::Archive => Standing {
            status,
            ..Standing::of(before)
        },
    }
}
