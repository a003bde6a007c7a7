//! Opens an account.

use domain::Failure;
use domain::account::{User, validate_registration};
use domain::id::UserId;
use domain::policy::Action;
use domain::vocabulary::{AuditAction, EntityType, UserRole};
use protocol::Caller;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::state::State;
use crate::store::StoreError;
use crate::store::users::{self, NewUser};
use crate::usecase::record::{Announced, Author, Change, record};
use crate::usecase::view;

/// What a person says when opening an account.
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

/// Opens an account with the role USER, unless the e-mail has one.
pub(crate) async fn register(
    state: &State,
    caller: &Caller,
    registration: Registration,
) -> Result<User, Failure> {
    caller.authorize(Action::OpenSession, None)?;
    validate_registration(
        state.password_policy,
        &registration.email,
        registration.password.expose_secret(),
        &registration.first_name,
        &registration.last_name,
    )?;
    // Hashed before anything is looked up, so that a taken address answers no sooner.
    let hash = state.passwords.hash(registration.password).await?;
    let mut transaction = state.database.write(caller.deadline).await?;
    let new = NewUser {
        id: UserId::generate(),
        email: &registration.email,
        password_hash: &hash,
        first_name: &registration.first_name,
        last_name: &registration.last_name,
        role: UserRole::User,
        institution_id: None,
    };
    let user = users::insert(&mut transaction, &new)
        .await
        .map_err(email_taken)?;
    let author = Author::of(caller, Some((user.id, user.email.clone())));
    record(
        &mut transaction,
        &author,
        vec![created(&user)],
        crate::clock::now(),
    )
    .await?;
    transaction.commit().await?;
    Ok(user)
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
        before: Value::Null,
        after: view::user(user),
        announced: Announced::Created("user.registered"),
    }
}
