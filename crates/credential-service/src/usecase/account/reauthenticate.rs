//! Asks a signed-in person for the password once more, before what a stolen token must not do.

use domain::Failure;
use domain::account::User;
use domain::vocabulary::AuditAction;
use protocol::Caller;
use secrecy::SecretString;
use serde_json::json;

use super::note::note;
use crate::secret::password::Verdict;
use crate::state::State;
use crate::store::sign_in_failures::{self, Counter};
use crate::store::users;
use crate::usecase::record::{Author, record};

/// Wrong passwords of signed-in people are counted apart from those at the door.
const ORIGIN: &str = "session";

/// Insists that the password is the person's. Wrong ones are counted and put on record; during a pause the right one is refused too.
///
/// # Errors
/// `VALIDATION_ERROR` that names the field `currentPassword`.
pub(crate) async fn reauthenticate(
    state: &State,
    caller: &Caller,
    user: &User,
    password: SecretString,
) -> Result<(), Failure> {
    let mut transaction = state.database.read(caller.deadline).await?;
    let hash = users::password_hash(&mut transaction, user.id).await?;
    transaction.commit().await?;
    let verdict = state.passwords.verify(password, hash).await?;
    let now = crate::clock::now();
    let counter = Counter {
        account: user.id.uuid(),
        origin: ORIGIN.to_owned(),
    };
    let mut transaction = state.database.write(caller.deadline).await?;
    let right = matches!(verdict, Verdict::Right { .. })
        && !sign_in_failures::is_shut(&mut transaction, &counter, now).await?;
    if right {
        sign_in_failures::forget(&mut transaction, &counter).await?;
    } else {
        sign_in_failures::count(&mut transaction, &counter, state.pause_rules, now).await?;
        let author = Author::of(caller, Some((user.id, user.email.clone())));
        let change = note(user, AuditAction::LoginFailed, json!({ "signedIn": true }));
        record(&mut transaction, &author, vec![change], now).await?;
    }
    transaction.commit().await?;
    if right {
        Ok(())
    } else {
        Err(Failure::invalid_field(
            "currentPassword",
            "is not your password, or there were too many tries",
        ))
    }
}
