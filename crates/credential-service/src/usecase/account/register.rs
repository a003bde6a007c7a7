//! Asks for an account.

use chrono::TimeDelta;
use domain::Failure;
use domain::account::{User, validate_registration};
use domain::id::UserId;
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use super::note::note;
use super::pace;
use crate::secret::one_time_token::OneTimeToken;
use crate::state::State;
use crate::store::registrations::{self, NewRegistration, PendingAccount};
use crate::store::{StoreError, Transaction, users};
use crate::usecase::mail::{self, Template};
use crate::usecase::record::{Announced, Author, Change, record};
use crate::usecase::view;

/// How long an address can be confirmed.
const CONFIRM_LIFETIME: TimeDelta = TimeDelta::hours(24);
/// Mails that one address is sent within [`COUNTED`].
const MOST_MAILS: i64 = 3;
/// Time within which requests for one address count together.
const COUNTED: TimeDelta = TimeDelta::hours(1);
/// Requests that nobody confirmed which one new request takes away.
const SWEEP: i64 = 100;

/// What a person says when asking for an account.
#[derive(Debug)]
pub(crate) struct Registration {
    /// E-mail.
    pub(crate) email: String,
    /// Password.
    pub(crate) password: SecretString,
    /// Given name.
    pub(crate) first_name: String,
    /// Family name.
    pub(crate) last_name: String,
}

/// Sends a link to confirm the address, or a mail that says that the address has an account. The answer and its time are
/// the same. The account, with the role USER, is there once the address is confirmed.
///
/// Every link stands for what its own request said, so nobody can put a password of theirs behind a link that the owner of
/// the address has been sent before.
///
/// # Errors
/// `VALIDATION_ERROR` with every broken rule.
pub(crate) async fn register(
    state: &State,
    caller: &Caller,
    registration: Registration,
) -> Result<(), Failure> {
    let begun = Instant::now();
    caller.authorize(Action::OpenSession, None)?;
    validate_registration(
        state.password_policy,
        &registration.email,
        registration.password.expose_secret(),
        &registration.first_name,
        &registration.last_name,
    )?;
    let done = request(state, caller, registration).await;
    pace::hold(begun).await;
    done
}

async fn request(
    state: &State,
    caller: &Caller,
    registration: Registration,
) -> Result<(), Failure> {
    // Hashed before anything is looked up: a taken address costs the same work.
    let hash = state.passwords.hash(registration.password.clone()).await?;
    let now = crate::clock::now();
    let mut transaction = state.database.write(caller.deadline).await?;
    registrations::prune_unconfirmed(&mut transaction, now, SWEEP).await?;
    // Of many requests at once, each counts those before it.
    registrations::lock_address(&mut transaction, &registration.email).await?;
    let since = now - COUNTED;
    let asked = registrations::count_since(&mut transaction, &registration.email, since).await?;
    if asked >= MOST_MAILS {
        return transaction.commit().await;
    }
    let change = match users::find_by_email(&mut transaction, &registration.email).await? {
        Some((user, _hash)) => tell_owner(state, &mut transaction, &user).await?,
        None => ask_to_confirm(state, &mut transaction, &registration, &hash).await?,
    };
    let author = Author::of(caller, None);
    record(&mut transaction, &author, vec![change], now).await?;
    transaction.commit().await
}

/// Tells the owner of an address that it has an account; the request is counted like any other.
async fn tell_owner(
    state: &State,
    transaction: &mut Transaction,
    user: &User,
) -> Result<Change, Failure> {
    let now = crate::clock::now();
    let new = NewRegistration {
        id: UserId::generate(),
        email: &user.email,
        account: None,
        created_at: now,
        expires_at: now + CONFIRM_LIFETIME,
    };
    registrations::insert(transaction, &new).await?;
    mail::queue_already_registered(transaction, user, &state.public_url).await?;
    Ok(note(user, AuditAction::RegistrationRequest, Value::Null))
}

async fn ask_to_confirm(
    state: &State,
    transaction: &mut Transaction,
    registration: &Registration,
    password_hash: &str,
) -> Result<Change, Failure> {
    let now = crate::clock::now();
    let token = OneTimeToken::generate();
    let new = NewRegistration {
        id: UserId::generate(),
        email: &registration.email,
        account: Some(PendingAccount {
            token_hash: token.hash(),
            password_hash,
            first_name: &registration.first_name,
            last_name: &registration.last_name,
        }),
        created_at: now,
        expires_at: now + CONFIRM_LIFETIME,
    };
    registrations::insert(transaction, &new).await?;
    let link = token.link(&state.public_url, "confirm-email");
    // Without a name: anybody can have typed it, for the owner of the address to read.
    let template = Template::Registration;
    mail::queue_to(transaction, template, "", &registration.email, &link).await?;
    // Nor does the record keep what nobody has confirmed.
    Ok(Change {
        entity_type: EntityType::User,
        entity_id: new.id.uuid(),
        action: AuditAction::RegistrationRequest,
        institution_id: None,
        counterpart_institution_id: None,
        before: Value::Null,
        after: Value::Null,
        announced: Announced::Nothing,
    })
}

/// The e-mail of a new account is taken.
pub(crate) fn email_taken(error: StoreError) -> Failure {
    error.on_unique(
        "users_email_key",
        "email",
        "there is already an account with this e-mail",
    )
}

/// What is put on record for a new account.
pub(crate) fn created(user: &User) -> Change {
    Change {
        entity_type: EntityType::User,
        entity_id: user.id.uuid(),
        action: AuditAction::Create,
        institution_id: user.institution_id,
        counterpart_institution_id: None,
        before: Value::Null,
        after: view::user(user),
        announced: Announced::Created("user.registered"),
    }
}
