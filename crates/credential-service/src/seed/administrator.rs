//! The first platform administrator.

use diesel_async::SimpleAsyncConnection as _;
use domain::account::password::PasswordPolicy;
use domain::account::validate_registration;
use domain::id::UserId;
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};

use super::random_password;
use crate::secret::password::Passwords;
use crate::store::users::{self, NewUser};
use crate::store::{Mode, StoreError, pool::Database};
use crate::usecase::account::register::{created, email_taken};
use crate::usecase::record::{Author, record};

/// Two at once would each find no administrator; the number is arbitrary and ours.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7217404)";

/// Makes the first platform administrator; returns the password, which is not kept anywhere.
///
/// # Errors
/// `CONFLICT` when there is one already; the database refuses.
pub async fn first_administrator(database: &Database, email: &str) -> Result<String, Failure> {
    let password = random_password();
    let policy = PasswordPolicy::default();
    validate_registration(policy, email, &password, "Platform", "Administrator")?;
    let hash = Passwords::new()?.hash(password.clone().into()).await?;
    let mut transaction = database.begin_background(Mode::Write).await?;
    transaction
        .batch_execute(LOCK)
        .await
        .map_err(StoreError::from)?;
    if users::count_role(&mut transaction, UserRole::Admin).await? > 0 {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "there is a platform administrator already, who can make others",
        ));
    }
    let new = NewUser {
        id: UserId::generate(),
        email,
        password_hash: &hash,
        first_name: "Platform",
        last_name: "Administrator",
        role: UserRole::Admin,
        institution_id: None,
    };
    let user = users::insert(&mut transaction, &new)
        .await
        .map_err(email_taken)?;
    let author = Author::operator("seed");
    record(
        &mut transaction,
        &author,
        vec![created(&user)],
        crate::clock::now(),
    )
    .await?;
    transaction.commit().await?;
    Ok(password)
}
