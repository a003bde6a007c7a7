//! Gives a person another role or institution.

use domain::Failure;
use domain::account::{Assignment, User};
use domain::id::UserId;
use domain::policy::Action;
use domain::validate::Violations;
use domain::vocabulary::{AuditAction, UserRole};
use protocol::Caller;

use super::{administrators, authorize_assignment, locked, require_another_administrator};
use crate::store::{Transaction, users};
use crate::usecase::account::note::changed;
use crate::usecase::account::revoke::renew_tokens;
use crate::usecase::record::record;
use crate::usecase::{authority, institution, require_version};

/// Gives a person another role or institution. The access tokens that the person holds are worth nothing from now on.
///
/// # Errors
/// `CONFLICT` for the last active platform administrator, `AUTHORIZATION_ERROR` above the caller's own role.
pub(crate) async fn set_role(
    transaction: &mut Transaction,
    caller: &Caller,
    id: UserId,
    assignment: Assignment,
    expected_version: Option<i64>,
) -> Result<User, Failure> {
    authority::authorize_somewhere(caller, Action::SetUserRole)?;
    let mut violations = Violations::new();
    assignment.check(&mut violations);
    violations.finish()?;
    let administrators = administrators(transaction, caller).await?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, Action::SetUserRole, id).await?;
    authorize_assignment(caller, Action::SetUserRole, assignment)?;
    require_version(expected_version, before.version)?;
    let same = (before.role, before.institution_id) == (assignment.role, assignment.institution_id);
    if same {
        return Ok(before);
    }
    if let Some(id) = assignment.institution_id {
        institution::require_active(transaction, "institutionId", id).await?;
    }
    if assignment.role != UserRole::Admin {
        require_another_administrator(&administrators, &before)?;
    }
    let now = crate::clock::now();
    let after = users::set_assignment(transaction, id, assignment, now).await?;
    renew_tokens(transaction, id).await?;
    let change = changed(&before, &after, AuditAction::RoleChange, "user.updated");
    record(transaction, &author, vec![change], now).await?;
    Ok(after)
}
