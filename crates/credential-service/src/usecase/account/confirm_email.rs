//! Confirms an e-mail address by the link that was sent there: that of a new account, or another one of an account.

use chrono::{DateTime, Utc};
use domain::policy::Action;
use domain::vocabulary::{AuditAction, UserRole};
use domain::{ErrorCode, Failure};
use protocol::Caller;

use super::note::changed;
use super::register::{created, email_taken};
use crate::secret::one_time_token::OneTimeToken;
use crate::state::State;
use crate::store::Transaction;
use crate::store::account_tokens::{self, Purpose, UsedAccountToken};
use crate::store::registrations::{self, Confirmed};
use crate::store::users::{self, NewUser};
use crate::usecase::mail;
use crate::usecase::record::{Author, record};

/// Confirms an e-mail address. Nobody is signed in by it.
///
/// # Errors
/// `TOKEN_INVALID` for a link that is used, old or none of ours; `DUPLICATE_KEY` when the address was taken meanwhile.
pub(crate) async fn confirm_email(
    state: &State,
    caller: &Caller,
    token: &str,
) -> Result<(), Failure> {
    caller.authorize(Action::OpenSession, None)?;
    let hash = OneTimeToken::parse(token).ok_or_else(over)?.hash();
    let now = crate::clock::now();
    let mut transaction = state.database.write(caller.deadline).await?;
    let purposes = [Purpose::EmailChange];
    if let Some(used) =
        account_tokens::use_up(&mut transaction, &hash, &purposes, None, now).await?
    {
        change_address(&mut transaction, caller, used, now).await?;
    } else if let Some(confirmed) = registrations::take(&mut transaction, &hash, now).await? {
        open_account(&mut transaction, caller, confirmed, now).await?;
    } else {
        return Err(over());
    }
    transaction.commit().await
}

fn over() -> Failure {
    Failure::new(
        ErrorCode::TokenInvalid,
        "this link has been used or is too old; ask for a new one",
    )
}

async fn change_address(
    transaction: &mut Transaction,
    caller: &Caller,
    used: UsedAccountToken,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let email = used.new_email.ok_or_else(over)?;
    let before = users::find(transaction, used.user_id)
        .await?
        .filter(|user| user.is_active)
        .ok_or_else(over)?;
    let after = users::set_email(transaction, before.id, &email, now)
        .await
        .map_err(email_taken)?;
    // Links that went to the old address do not open the account any more.
    account_tokens::withdraw_all(transaction, before.id, now).await?;
    mail::queue_email_changed(transaction, &before).await?;
    let author = Author::of(caller, Some((after.id, after.email.clone())));
    let change = changed(&before, &after, AuditAction::EmailChange, "user.updated");
    record(transaction, &author, vec![change], now).await?;
    Ok(())
}

async fn open_account(
    transaction: &mut Transaction,
    caller: &Caller,
    confirmed: Confirmed,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let new = NewUser {
        id: confirmed.id.into(),
        email: &confirmed.email,
        password_hash: &confirmed.password_hash,
        first_name: &confirmed.first_name,
        last_name: &confirmed.last_name,
        role: UserRole::User,
        institution_id: None,
    };
    let user = users::insert(transaction, &new)
        .await
        .map_err(email_taken)?;
    // Other links to this address would only lead to a refusal.
    registrations::withdraw(transaction, &user.email).await?;
    let author = Author::of(caller, Some((user.id, user.email.clone())));
    record(transaction, &author, vec![created(&user)], now).await?;
    Ok(())
}
