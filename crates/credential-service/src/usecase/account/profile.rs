//! A person's own name and address.

use chrono::TimeDelta;
use domain::account::{Profile, User};
use domain::policy::Action;
use domain::vocabulary::AuditAction;
use domain::{ErrorCode, Failure};
use protocol::Caller;
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::Instant;

use super::note::{changed, note};
use super::pace;
use super::reauthenticate::reauthenticate;
use crate::secret::one_time_token::OneTimeToken;
use crate::state::State;
use crate::store::account_tokens::{self, NewAccountToken, Purpose};
use crate::store::{Transaction, users};
use crate::usecase::authority::{self, Own};
use crate::usecase::mail::{self, Template};
use crate::usecase::record::record;
use crate::usecase::require_version;

/// How long an address can be confirmed.
const CONFIRM_LIFETIME: TimeDelta = TimeDelta::hours(24);
/// Addresses that one person can ask for within [`COUNTED`].
const MOST_LINKS: i64 = 3;
/// Time within which they count together.
const COUNTED: TimeDelta = TimeDelta::hours(1);

/// Changes the caller's name at once, and the e-mail address once the mail to it has been answered.
///
/// # Errors
/// `VALIDATION_ERROR`, also when the address changes without the current password; `RATE_LIMIT_EXCEEDED` for the fourth
/// address within an hour. Whether an address has an account is not told: its owner gets a mail instead of a link.
pub(crate) async fn update(
    state: &State,
    caller: &Caller,
    profile: Profile,
    current_password: Option<SecretString>,
    expected_version: Option<i64>,
) -> Result<User, Failure> {
    let begun = Instant::now();
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
    let done = write(state, caller, &profile, new_email, expected_version).await;
    if new_email.is_some() {
        pace::hold(begun).await;
    }
    done
}

async fn write(
    state: &State,
    caller: &Caller,
    profile: &Profile,
    new_email: Option<&str>,
    expected_version: Option<i64>,
) -> Result<User, Failure> {
    let mut transaction = state.database.write(caller.deadline).await?;
    let mut own = authority::own(&mut transaction, caller).await?;
    // Held from here on: of two that saw the same version, one is told that it is stale.
    own.user = users::lock(&mut transaction, own.user.id)
        .await?
        .ok_or_else(|| Failure::not_found("account"))?;
    require_version(expected_version, own.user.version)?;
    let after = rename(&mut transaction, &own, profile).await?;
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
    let now = crate::clock::now();
    let purpose = Purpose::EmailChange;
    let since = now - COUNTED;
    // Of many requests at once, each counts those before it.
    users::lock(transaction, own.user.id).await?;
    if account_tokens::count_since(transaction, own.user.id, purpose, since).await? >= MOST_LINKS {
        return Err(Failure::new(
            ErrorCode::RateLimitExceeded,
            "too many addresses within an hour; try again later",
        )
        .retry_after(COUNTED.to_std().map_err(Failure::internal)?));
    }
    let token = OneTimeToken::generate();
    let new = NewAccountToken {
        user_id: own.user.id,
        purpose,
        hash: token.hash(),
        new_email: Some(email),
        expires_at: now + CONFIRM_LIFETIME,
    };
    account_tokens::insert(transaction, &new).await?;
    // Registration does not say which addresses have an account, and neither does this: a link that is sent nowhere.
    match users::find_by_email(transaction, email).await? {
        Some((owner, _hash)) => {
            mail::queue_already_registered(transaction, &owner, &state.public_url).await?;
        }
        None => {
            let link = token.link(&state.public_url, "confirm-email");
            mail::queue(transaction, Template::EmailChange, &own.user, email, &link).await?;
        }
    }
    let change = note(&own.user, AuditAction::EmailChangeRequest, Value::Null);
    record(transaction, &own.author, vec![change], now).await?;
    Ok(())
}
