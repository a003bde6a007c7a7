//! A person's own name and address.

use chrono::TimeDelta;
use domain::account::{Profile, User};
use domain::policy::Action;
use domain::vocabulary::AuditAction;
use domain::{ErrorCode, Failure};
use protocol::Caller;
use secrecy::SecretString;
use serde_json::Value;

use super::note::{changed, note};
use super::reauthenticate::reauthenticate;
use super::register::email_taken;
use crate::secret::one_time_token::OneTimeToken;
use crate::state::State;
use crate::store::account_tokens::{self, NewAccountToken, Purpose};
use crate::store::{Transaction, users};
use crate::usecase::authority::{self, Own};
use crate::usecase::mail::{self, Template};
use crate::usecase::record::{Author, record};
use crate::usecase::require_version;

/// How long an address can be confirmed.
const CONFIRM_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Changes the caller's name at once, and the e-mail address once the mail to it has been answered.
///
/// # Errors
/// `VALIDATION_ERROR`, also when the address changes without the current password; `DUPLICATE_KEY` when it is taken.
pub(crate) async fn update(
    state: &State,
    caller: &Caller,
    profile: Profile,
    current_password: Option<SecretString>,
    expected_version: Option<i64>,
) -> Result<User, Failure> {
    caller.authorize(Action::OwnAccount, None)?;
    profile.validate()?;
    let mut transaction = state.database.read(caller.deadline).await?;
    let own = authority::own(&mut transaction, caller).await?;
    transaction.commit().await?;
    let new_email = profile
        .email
        .as_deref()
        .filter(|email| !email.eq_ignore_ascii_case(&own.user.email));
    if new_email.is_some() {
        let password = current_password.ok_or_else(|| {
            Failure::invalid_field("currentPassword", "is needed to change the e-mail address")
        })?;
        reauthenticate(state, caller, &own.user, password).await?;
    }
    let mut transaction = state.database.write(caller.deadline).await?;
    let mut own = authority::own(&mut transaction, caller).await?;
    // Held from here on: of two that saw the same version, one is told that it is stale.
    own.user = users::lock(&mut transaction, own.user.id)
        .await?
        .ok_or_else(|| Failure::not_found("account"))?;
    require_version(expected_version, own.user.version)?;
    let after = rename(&mut transaction, &own, &profile).await?;
    if let Some(email) = new_email {
        ask_to_confirm(state, &mut transaction, &own, email).await?;
    }
    transaction.commit().await?;
    Ok(after)
}

async fn rename(
    transaction: &mut Transaction,
    own: &Own,
    profile: &Profile,
) -> Result<User, Failure> {
    let now = crate::clock::now();
    let names = (profile.first_name.as_str(), profile.last_name.as_str());
    if names == (own.user.first_name.as_str(), own.user.last_name.as_str()) {
        return Ok(own.user.clone());
    }
    let after = users::set_names(transaction, own.user.id, names, now).await?;
    let change = changed(&own.user, &after, AuditAction::Update, "user.updated");
    record(transaction, &own.author, vec![change], now).await?;
    Ok(after)
}

async fn ask_to_confirm(
    state: &State,
    transaction: &mut Transaction,
    own: &Own,
    email: &str,
) -> Result<(), Failure> {
    if users::find_by_email(transaction, email).await?.is_some() {
        return Err(Failure::new(
            ErrorCode::DuplicateKey,
            "there is already an account with this e-mail",
        ));
    }
    let now = crate::clock::now();
    let token = OneTimeToken::generate();
    let new = NewAccountToken {
        user_id: own.user.id,
        purpose: Purpose::EmailChange,
        hash: token.hash(),
        new_email: Some(email),
        expires_at: now + CONFIRM_LIFETIME,
    };
    account_tokens::insert(transaction, &new).await?;
    let link = token.link(&state.public_url, "confirm-email");
    mail::queue(transaction, Template::EmailChange, &own.user, email, &link).await?;
    let change = note(&own.user, AuditAction::EmailChangeRequest, Value::Null);
    record(transaction, &own.author, vec![change], now).await?;
    Ok(())
}

/// Confirms another e-mail address by the link that was sent there.
///
/// # Errors
/// `TOKEN_INVALID` for a link that is used, old or none of ours; `DUPLICATE_KEY` when the address was taken meanwhile.
pub(crate) async fn confirm_email(
    state: &State,
    caller: &Caller,
    token: &str,
) -> Result<(), Failure> {
    caller.authorize(Action::OpenSession, None)?;
    let over = || {
        Failure::new(
            ErrorCode::TokenInvalid,
            "this link has been used or is too old; change the address again",
        )
    };
    let token = OneTimeToken::parse(token).ok_or_else(over)?;
    let now = crate::clock::now();
    let mut transaction = state.database.write(caller.deadline).await?;
    let used = account_tokens::use_up(
        &mut transaction,
        &token.hash(),
        &[Purpose::EmailChange],
        now,
    )
    .await?
    .ok_or_else(over)?;
    let email = used.new_email.ok_or_else(over)?;
    let before = users::find(&mut transaction, used.user_id)
        .await?
        .filter(|user| user.is_active)
        .ok_or_else(over)?;
    let after = users::set_email(&mut transaction, before.id, &email, now)
        .await
        .map_err(email_taken)?;
    // Links that went to the old address do not open the account any more.
    account_tokens::withdraw_all(&mut transaction, before.id, now).await?;
    let author = Author::of(caller, Some((after.id, after.email.clone())));
    let change = changed(&before, &after, AuditAction::EmailChange, "user.updated");
    record(&mut transaction, &author, vec![change], now).await?;
    transaction.commit().await
}
