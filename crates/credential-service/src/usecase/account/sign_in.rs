//! Checks a password and opens a session.
//!
//! # Pauses
//! After some failures within a while (`LOGIN_MAX_FAILURES`, `LOGIN_FAILURE_WINDOW`) the account does not let anyone in
//! for a pause (`LOGIN_PAUSE`); the right password gets the same answer as a wrong one, tries during the pause do not
//! make it longer. Strangers must not be able to lock the owner out, so an address from which the account was signed in
//! to, or its password chosen by a link, within the last 30 days has a count of its own: failures from elsewhere do not
//! pause it. E-mails without an account are counted in the same way, so that nothing tells them apart.
//!
//! Each pause of strangers is twice as long as the one before, up to a day, until a session begins. Those of a known
//! address stay as long as they are.
//!
//! # The end of guessing
//! After 100 wrong passwords in a row from elsewhere, over all pauses, nobody is let in from there any more, with the same
//! answer. A session that begins at a known address, or another password chosen by a link, makes the count begin anew.
//! The addresses that are known have that limit each for itself. Tries during a pause are no guesses and do not count.

use chrono::{DateTime, TimeDelta, Utc};
use domain::account::User;
use domain::id::{SessionId, UserId};
use domain::policy::Action;
use domain::validate::is_email;
use domain::vocabulary::{AuditAction, EntityType};
use domain::{ErrorCode, Failure};
use protocol::Caller;
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::OpenSession;
use crate::secret::password::Verdict;
use crate::secret::refresh_token::RefreshToken;
use crate::state::State;
use crate::store::sessions::{self, NewSession};
use crate::store::sign_in_failures::{self, Counter};
use crate::store::{Transaction, users};
use crate::usecase::authority::account_disabled;
use crate::usecase::mail;
use crate::usecase::record::{Announced, Author, Change, record};

/// An address is known to an account for so long after a session began from it.
const KNOWN_FOR: TimeDelta = TimeDelta::days(30);

/// A try to sign in.
struct Try<'a> {
    state: &'a State,
    caller: &'a Caller,
    counter: Counter,
    user: Option<User>,
    /// The hash that the password was verified with.
    hash: Option<String>,
    now: DateTime<Utc>,
}

/// Checks a password and opens a session.
///
/// An unknown e-mail costs the same work and gets the same answer as a wrong password: a dummy hash is verified, the
/// failure is counted and put on record. That an account is disabled is said only to someone who knows its password.
pub(crate) async fn sign_in(
    state: &State,
    caller: &Caller,
    email: &str,
    password: SecretString,
) -> Result<OpenSession, Failure> {
    caller.authorize(Action::OpenSession, None)?;
    let now = crate::clock::now();
    let address = caller.address.map(|address| address.to_string());
    let found = if is_email(email) {
        let mut transaction = state.database.read(caller.deadline).await?;
        let since = now - KNOWN_FOR;
        let found =
            users::find_to_sign_in(&mut transaction, email, address.as_deref(), since).await?;
        transaction.commit().await?;
        found
    } else {
        None
    };
    let (user, hash, is_known_address) = match found {
        Some((user, hash, known)) => (Some(user), Some(hash), known),
        None => (None, None, false),
    };
    let verdict = state.passwords.verify(password, hash.clone()).await?;
    let counter = Counter {
        account: user
            .as_ref()
            .map_or_else(|| stand_in(email), |user| user.id.uuid()),
        origin: address.filter(|_| is_known_address).unwrap_or_default(),
    };
    let attempt = Try {
        state,
        caller,
        counter,
        user,
        hash,
        now,
    };
    match verdict {
        Verdict::Right { renewed } => attempt.right(renewed).await,
        Verdict::Wrong => attempt.wrong().await,
    }
}

/// The number under which an e-mail without an account is counted.
fn stand_in(email: &str) -> Uuid {
    let digest: [u8; 32] = Sha256::digest(email.to_lowercase().as_bytes()).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(digest.first_chunk::<16>().unwrap_or(&[0; 16]));
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn wrong_credentials() -> Failure {
    Failure::new(
        ErrorCode::AuthenticationError,
        "the e-mail or the password is wrong",
    )
}

impl Try<'_> {
    async fn right(self, renewed: Option<String>) -> Result<OpenSession, Failure> {
        let Some(id) = self.user.as_ref().map(|user| user.id) else {
            return Err(wrong_credentials());
        };
        let mut transaction = self.state.database.write(self.caller.deadline).await?;
        // While the password was verified it may have been changed, and the account disabled: both end every session.
        let locked = users::lock_with_hash(&mut transaction, id).await?;
        let Some((user, _hash)) = locked.filter(|(_user, hash)| self.hash.as_ref() == Some(hash))
        else {
            drop(transaction);
            return self.wrong().await;
        };
        if sign_in_failures::is_shut(&mut transaction, &self.counter, self.now).await? {
            drop(transaction);
            return self.wrong().await;
        }
        if !user.is_active {
            self.note_refusal(&mut transaction, false).await?;
            transaction.commit().await?;
            return Err(account_disabled());
        }
        sign_in_failures::forget(&mut transaction, &self.counter).await?;
        if let Some(hash) = renewed {
            users::set_password_hash(&mut transaction, user.id, &hash, self.now).await?;
        }
        // People who have just opened their account know that they sign in for the first time.
        let strange = self
            .caller
            .address
            .filter(|_| self.counter.origin.is_empty() && user.last_login_at.is_some());
        if let Some(address) = strange {
            let public_url = &self.state.public_url;
            mail::queue_new_sign_in(&mut transaction, &user, public_url, address).await?;
        }
        let open = open(self.state, self.caller, &mut transaction, user.id, self.now).await?;
        transaction.commit().await?;
        Ok(open)
    }

    async fn wrong(self) -> Result<OpenSession, Failure> {
        let mut transaction = self.state.database.write(self.caller.deadline).await?;
        let rules = self.state.pause_rules;
        let shut =
            sign_in_failures::count(&mut transaction, &self.counter, rules, self.now).await?;
        self.note_refusal(&mut transaction, shut).await?;
        transaction.commit().await?;
        Err(wrong_credentials())
    }

    async fn note_refusal(&self, transaction: &mut Transaction, shut: bool) -> Result<(), Failure> {
        metrics::counter!("failed_login_attempts_total").increment(1);
        let author = Author::of(self.caller, None);
        let mut change = noted(AuditAction::LoginFailed, self.user.as_ref());
        if shut {
            change.after = json!({ "paused": true });
        }
        record(transaction, &author, vec![change], self.now).await?;
        Ok(())
    }
}

/// Begins a session of a person and puts the sign-in on record.
pub(super) async fn open(
    state: &State,
    caller: &Caller,
    transaction: &mut Transaction,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<OpenSession, Failure> {
    let refresh_token = RefreshToken::generate();
    let session_id = SessionId::generate();
    let expires_at = now + state.refresh_lifetime;
    let (user, read_at) = users::set_last_login(transaction, user, now).await?;
    let session = NewSession {
        id: session_id,
        user_id: user.id,
        expires_at,
        ip_address: caller.address.map(|address| address.to_string()),
        user_agent: caller.agent.as_deref(),
    };
    sessions::insert(transaction, &session).await?;
    sessions::insert_token(transaction, session_id, &refresh_token.hash()).await?;
    let author = Author::of(caller, Some((user.id, user.email.clone())));
    let change = noted(AuditAction::Login, Some(&user));
    record(transaction, &author, vec![change], now).await?;
    Ok(OpenSession {
        user,
        read_at,
        session_id,
        refresh_token,
        expires_at,
    })
}

/// What is put on record of a sign-in; for an unknown account the object is the nil UUID.
fn noted(action: AuditAction, user: Option<&User>) -> Change {
    Change {
        entity_type: EntityType::User,
        entity_id: user.map_or(Uuid::nil(), |user| UserId::uuid(user.id)),
        action,
        institution_id: user.and_then(|user| user.institution_id),
        counterpart_institution_id: None,
        before: Value::Null,
        after: Value::Null,
        announced: Announced::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::stand_in;

    #[test]
    fn an_address_without_an_account_is_counted_under_one_number() {
        assert_eq!(
            stand_in("Nobody@example.org"),
            stand_in("nobody@EXAMPLE.org")
        );
        assert_ne!(
            stand_in("nobody@example.org"),
            stand_in("other@example.org")
        );
    }
}
