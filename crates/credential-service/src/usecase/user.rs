//! Accounts of other people, by those who administer them.

pub(crate) mod end_sessions;
pub(crate) mod get;
pub(crate) mod invite;
pub(crate) mod list;
pub(crate) mod set_role;
pub(crate) mod set_status;

use diesel_async::AsyncPgConnection;
use domain::account::{Assignment, User};
use domain::id::UserId;
use domain::policy::{Action, permits, reaches};
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use protocol::Caller;

use crate::store::users;

/// Locks an account that the caller may touch. One of another institution, or of none, is not there for the caller.
async fn locked(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
    action: Action,
    id: UserId,
) -> Result<User, Failure> {
    let user = users::lock(conn, id)
        .await?
        .filter(|user| permits(&caller.principal, action, user.institution_id))
        .ok_or_else(|| Failure::not_found("user"))?;
    if reaches(&caller.principal, user.role) {
        Ok(user)
    } else {
        Err(above_own_role())
    }
}

/// Insists that the caller may give this role for this institution.
fn authorize_assignment(
    caller: &Caller,
    action: Action,
    assignment: Assignment,
) -> Result<(), Failure> {
    caller.authorize(action, assignment.institution_id)?;
    if reaches(&caller.principal, assignment.role) {
        Ok(())
    } else {
        Err(above_own_role())
    }
}

fn above_own_role() -> Failure {
    Failure::new(ErrorCode::AuthorizationError, "this is above your own role")
}

/// Reads who runs the platform, locked, when the caller is one of them: nobody else can change them.
///
/// Taken before any other lock, so that two administrators who change each other do not wait for each other for ever.
async fn administrators(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
) -> Result<Vec<UserId>, Failure> {
    if caller.principal.role() == Some(UserRole::Admin) {
        Ok(users::lock_administrators(conn).await?)
    } else {
        Ok(Vec::new())
    }
}

/// Insists that somebody else still runs the platform when this person does not any more.
fn require_another_administrator(administrators: &[UserId], user: &User) -> Result<(), Failure> {
    let runs_it = user.role == UserRole::Admin && user.is_active;
    if !runs_it || administrators.iter().any(|id| *id != user.id) {
        Ok(())
    } else {
        Err(Failure::new(
            ErrorCode::Conflict,
            "this is the last active platform administrator; name another one first",
        ))
    }
}
