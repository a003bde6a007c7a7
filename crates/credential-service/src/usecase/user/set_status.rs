//! Disables and enables accounts.

use domain::Failure;
use domain::account::User;
use domain::id::UserId;
use domain::policy::Action;
use domain::vocabulary::AuditAction;
use protocol::Caller;

use super::{administrators, locked, require_another_administrator};
use crate::store::sessions::EndReason;
use crate::store::{Transaction, account_tokens, users};
use crate::usecase::account::note::changed;
use crate::usecase::account::revoke::{Which, end_sessions};
use crate::usecase::record::record;
use crate::usecase::{authority, require_version};

/// Disables or enables an account. Disabling ends every session and makes open links worthless.
///
/// # Errors
/// `CONFLICT` for the last active platform administrator, `AUTHORIZATION_ERROR` above the caller's own role.
pub(crate) async fn set_status(
    transaction: &mut Transaction,
    caller: &Caller,
    id: UserId,
    active: bool,
    expected_version: Option<i64>,
) -> Result<User, Failure> {
    authority::authorize_somewhere(caller, Action::SetUserStatus)?;
    let administrators = administrators(transaction, caller).await?;
    let author = authority::confirm(transaction, caller).await?;
    let before = locked(transaction, caller, Action::SetUserStatus, id).await?;
    require_version(expected_version, before.version)?;
    if before.is_active == active {
        return Ok(before);
    }
    if !active {
        require_another_administrator(&administrators, &before)?;
    }
    let now = crate::clock::now();
    let after = users::set_active(transaction, id, active, now).await?;
    let action = if active {
        AuditAction::AccountEnable
    } else {
        let reason = EndReason::AccountDisabled;
        end_sessions(transaction, id, Which::All, reason, now).await?;
        account_tokens::withdraw_all(transaction, id, now).await?;
        AuditAction::AccountDisable
    };
    let change = changed(&before, &after, action, "user.updated");
    record(transaction, &author, vec![change], now).await?;
    Ok(after)
}
