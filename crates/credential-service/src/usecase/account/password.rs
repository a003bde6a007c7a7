//! Choosing another password: by a link, or with the current one.

use chrono::TimeDelta;
use domain::account::User;
use domain::id::SessionId;
use domain::policy::Action;
use domain::validate::{Violations, is_email};
use domain::vocabulary::AuditAction;
use domain::{ErrorCode, Failure};
use protocol::Caller;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::note::note;
use super::pace;
use super::reauthenticate::reauthenticate;
use super::revoke::{Which, end_sessions};
use crate::secret::one_time_token::OneTimeToken;
use crate::state::State;
use crate::store::account_tokens::{self, NewAccountToken, Purpose};
use crate::store::sessions::EndReason;
use crate::store::{Transaction, sign_in_failures, users};
use crate::usecase::authority;
use crate::usecase::mail::{self, Template};
use crate::usecase::record::{Author, record};

/// How long a link to choose another password can be used.
const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// Links that one account is sent within that time.
const MOST_LINKS: i64 = 3;

/// Sends a link to choose another password, if there is such an account. The answer and its time are always the same.
pub(crate) async fn forgot(state: &State, caller: &Caller, email: &str) -> Result<(), Failure> {
    let begun = Instant::now();
    caller.authorize(Action::OpenSession, None)?;
    let done = send_link(state, caller, email).await;
    pace::hold(begun).await;
    done
}

async fn send_link(state: &State, caller: &Caller, email: &str) -> Result<(), Failure> {
    if !is_email(email) {
        return Err(Failure::invalid_field("email", "must be an e-mail address"));
    }
    let now = crate::clock::now();
    let mut transaction = state.database.write(caller.deadline).await?;
    let found = users::find_by_email(&mut transaction, email).await?;
    let Some((user, _hash)) = found.filter(|(user, _hash)| user.is_active) else {
        return Ok(());
    };
    // Of many requests at once, each counts those before it.
    users::lock(&mut transaction, user.id).await?;
    let since = now - RESET_LIFETIME;
    let sent =
        account_tokens::count_since(&mut transaction, user.id, Purpose::PasswordReset, since)
            .await?;
    if sent >= MOST_LINKS {
        return Ok(());
    }
    let token = OneTimeToken::generate();
    let new = NewAccountToken {
        user_id: user.id,
        purpose: Purpose::PasswordReset,
        hash: token.hash(),
        new_email: None,
        expires_at: now + RESET_LIFETIME,
    };
    account_tokens::insert(&mut transaction, &new).await?;
    let link = token.link(&state.public_url, "reset-password");
    mail::queue(
        &mut transaction,
        Template::PasswordReset,
        &user,
        &user.email,
        &link,
    )
    .await?;
    let change = note(&user, AuditAction::PasswordResetRequest, Value::Null);
    record(
        &mut transaction,
        &Author::of(caller, None),
        vec![change],
        now,
    )
    .await?;
    transaction.commit().await
}

/// Chooses a password by a link: that of a reset or that of an invitation. Every session ends.
///
/// # Errors
/// `VALIDATION_ERROR` for a password that breaks the rules, `TOKEN_INVALID` for a link that is used, old or none of ours.
pub(crate) async fn reset(
    state: &State,
    caller: &Caller,
    token: &str,
    password: SecretString,
) -> Result<(), Failure> {
    caller.authorize(Action::OpenSession, None)?;
    let now = crate::clock::now();
    // Hashed before the link is looked at, so that a good one cannot be told by the time of the answer.
    check(state, "newPassword", &password, &[])?;
    let checked = password.clone();
    let hash = state.passwords.hash(password).await?;
    let Some(token) = OneTimeToken::parse(token) else {
        return Err(link_is_over());
    };
    let mut transaction = state.database.write(caller.deadline).await?;
    let purposes = [Purpose::PasswordReset, Purpose::Invitation];
    let address = caller.address.map(|address| address.to_string());
    let used = account_tokens::use_up(
        &mut transaction,
        &token.hash(),
        &purposes,
        address.as_deref(),
        now,
    )
    .await?
    .ok_or_else(link_is_over)?;
    let user = users::find(&mut transaction, used.user_id)
        .await?
        .filter(|user| user.is_active)
        .ok_or_else(link_is_over)?;
    // Dropping the transaction leaves the link good for another try.
    check(state, "newPassword", &checked, &about(&user))?;
    let way = if used.purpose == Purpose::Invitation {
        Way::Invited
    } else {
        Way::Forgotten
    };
    let author = Author::of(caller, Some((user.id, user.email.clone())));
    replace(state, &mut transaction, &user, &hash, way, &author).await?;
    transaction.commit().await
}

/// Chooses another password with the current one. Every other session ends.
///
/// # Errors
/// `VALIDATION_ERROR` for the current or the new password.
pub(crate) async fn change(
    state: &State,
    caller: &Caller,
    current: SecretString,
    new: SecretString,
) -> Result<(), Failure> {
    caller.authorize(Action::OwnAccount, None)?;
    let mut transaction = state.database.read(caller.deadline).await?;
    let own = authority::own(&mut transaction, caller).await?;
    transaction.commit().await?;
    check(state, "newPassword", &new, &about(&own.user))?;
    reauthenticate(state, caller, &own.user, current).await?;
    let hash = state.passwords.hash(new).await?;
    let mut transaction = state.database.write(caller.deadline).await?;
    let own = authority::own(&mut transaction, caller).await?;
    let way = Way::Changed(own.session_id);
    replace(state, &mut transaction, &own.user, &hash, way, &own.author).await?;
    transaction.commit().await
}

fn link_is_over() -> Failure {
    Failure::new(
        ErrorCode::TokenInvalid,
        "this link has been used or is too old; ask for a new one",
    )
}

fn about(user: &User) -> [&str; 3] {
    [&user.email, &user.first_name, &user.last_name]
}

fn check(
    state: &State,
    field: &'static str,
    password: &SecretString,
    about: &[&str],
) -> Result<(), Failure> {
    let mut violations = Violations::new();
    state
        .password_policy
        .check(&mut violations, field, password.expose_secret(), about);
    violations.finish()
}

/// How a person came to another password.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// With the current one, in this session.
    Changed(SessionId),
    /// By a link, since the current one was forgotten.
    Forgotten,
    /// By an invitation: it is the first one.
    Invited,
}

/// Writes the new hash, ends sessions and open links, tells the owner and the record.
async fn replace(
    state: &State,
    transaction: &mut Transaction,
    user: &User,
    hash: &str,
    way: Way,
    author: &Author,
) -> Result<(), Failure> {
    let now = crate::clock::now();
    users::set_password_hash(transaction, user.id, hash, now).await?;
    sign_in_failures::forget_all(transaction, user.id.uuid()).await?;
    let (which, reason, action) = match way {
        Way::Changed(session) => (
            Which::AllBut(session),
            EndReason::PasswordChange,
            AuditAction::PasswordChange,
        ),
        Way::Forgotten => (
            Which::All,
            EndReason::PasswordReset,
            AuditAction::PasswordReset,
        ),
        Way::Invited => (
            Which::All,
            EndReason::PasswordReset,
            AuditAction::InviteAccept,
        ),
    };
    let ended = end_sessions(transaction, user.id, which, reason, now).await?;
    account_tokens::withdraw_all(transaction, user.id, now).await?;
    if !matches!(way, Way::Invited) {
        let page = mail::page(&state.public_url, "forgot-password");
        mail::queue(
            transaction,
            Template::PasswordChanged,
            user,
            &user.email,
            &page,
        )
        .await?;
    }
    let change = note(user, action, json!({ "endedSessions": ended.len() }));
    record(transaction, author, vec![change], now).await?;
    Ok(())
}
