//! Checks a password and opens a session.

use domain::account::User;
use domain::id::{SessionId, UserId};
use domain::policy::Action;
use domain::validate::is_email;
use domain::vocabulary::{AuditAction, EntityType};
use domain::{ErrorCode, Failure};
use protocol::Caller;
use secrecy::SecretString;
use serde_json::Value;
use uuid::Uuid;

use super::OpenSession;
use crate::secret::password::Verdict;
use crate::secret::refresh_token::RefreshToken;
use crate::state::State;
use crate::store::sessions::{self, NewSession};
use crate::store::users;
use crate::usecase::authority::account_disabled;
use crate::usecase::record::{Announced, Author, Change, record};

/// Checks a password and opens a session.
///
/// An unknown e-mail costs the same work and gets the same answer as a wrong password: a dummy hash is verified and the
/// failure is put on record. That an account is disabled is said only to someone who knows its password.
pub(crate) async fn sign_in(
    state: &State,
    caller: &Caller,
    email: &str,
    password: SecretString,
) -> Result<OpenSession, Failure> {
    caller.authorize(Action::OpenSession, None)?;
    let found = if is_email(email) {
        let mut transaction = state.database.read(caller.deadline).await?;
        let found = users::find_by_email(&mut transaction, email).await?;
        transaction.commit().await?;
        found
    } else {
        None
    };
    let hash = found.as_ref().map(|(_, hash)| hash.clone());
    let verdict = state.passwords.verify(password, hash).await?;
    match (found, verdict) {
        (Some((user, _)), Verdict::Right { renewed }) if user.is_active => {
            open(state, caller, user, renewed).await
        }
        (Some((user, _)), Verdict::Right { .. }) => {
            refuse(state, caller, Some(&user)).await?;
            Err(account_disabled())
        }
        (found, Verdict::Wrong) => {
            refuse(state, caller, found.as_ref().map(|(user, _)| user)).await?;
            Err(wrong_credentials())
        }
        (None, Verdict::Right { .. }) => Err(wrong_credentials()),
    }
}

fn wrong_credentials() -> Failure {
    Failure::new(
        ErrorCode::AuthenticationError,
        "the e-mail or the password is wrong",
    )
}

async fn open(
    state: &State,
    caller: &Caller,
    user: User,
    renewed: Option<String>,
) -> Result<OpenSession, Failure> {
    let now = crate::clock::now();
    let refresh_token = RefreshToken::generate();
    let session_id = SessionId::generate();
    let expires_at = now + state.refresh_lifetime;
    let mut transaction = state.database.write(caller.deadline).await?;
    if let Some(hash) = renewed {
        users::set_password_hash(&mut transaction, user.id, &hash, now).await?;
    }
    let user = users::set_last_login(&mut transaction, user.id, now).await?;
    let session = NewSession {
        id: session_id,
        user_id: user.id,
        expires_at,
        ip_address: caller.address.map(|address| address.to_string()),
        user_agent: caller.agent.as_deref(),
    };
    sessions::insert(&mut transaction, &session).await?;
    sessions::insert_token(&mut transaction, session_id, &refresh_token.hash()).await?;
    let author = Author::of(caller, Some((user.id, user.email.clone())));
    let change = noted(AuditAction::Login, Some(&user));
    record(&mut transaction, &author, vec![change], now).await?;
    transaction.commit().await?;
    Ok(OpenSession {
        user,
        session_id,
        refresh_token,
        expires_at,
    })
}

async fn refuse(state: &State, caller: &Caller, user: Option<&User>) -> Result<(), Failure> {
    metrics::counter!("failed_login_attempts_total").increment(1);
    let mut transaction = state.database.write(caller.deadline).await?;
    let author = Author::of(caller, None);
    let change = noted(AuditAction::LoginFailed, user);
    record(&mut transaction, &author, vec![change], crate::clock::now()).await?;
    transaction.commit().await
}

/// What is put on record of a sign-in; for an unknown account the object is the nil UUID.
fn noted(action: AuditAction, user: Option<&User>) -> Change {
    Change {
        entity_type: EntityType::User,
        entity_id: user.map_or(Uuid::nil(), |user| UserId::uuid(user.id)),
        action,
        institution_id: user.and_then(|user| user.institution_id),
        before: Value::Null,
        after: Value::Null,
        announced: Announced::Nothing,
    }
}
