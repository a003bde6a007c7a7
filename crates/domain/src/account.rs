//! Accounts: people who may sign in.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::failure::Failure;
use crate::id::{InstitutionId, UserId};
use crate::validate::{Violations, is_email};
use crate::vocabulary::UserRole;

/// Fewest characters of a password; length is what counts (NIST SP 800-63B), so there is no rule of composition.
pub const MIN_PASSWORD_CHARACTERS: usize = 12;
/// Most characters of a password; longer ones are refused, never cut.
pub const MAX_PASSWORD_CHARACTERS: usize = 128;

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// E-mail, unique without regard to case.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Role.
    pub role: UserRole,
    /// Institution the person acts for.
    pub institution_id: Option<InstitutionId>,
    /// False once disabled.
    pub is_active: bool,
    /// Last sign-in.
    pub last_login_at: Option<DateTime<Utc>>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Checks what a person says when opening an account.
///
/// # Errors
/// `VALIDATION_ERROR` with every broken rule. The password itself is never repeated.
pub fn validate_registration(
    email: &str,
    password: &str,
    first_name: &str,
    last_name: &str,
) -> Result<(), Failure> {
    let mut violations = Violations::new();
    violations.require(is_email(email), "email", "must be an e-mail address");
    let length = password.chars().count();
    violations.require(
        (MIN_PASSWORD_CHARACTERS..=MAX_PASSWORD_CHARACTERS).contains(&length),
        "password",
        format!("must have {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters"),
    );
    violations.require(
        !password.contains('\0'),
        "password",
        "must not contain the NUL character",
    );
    violations.text("firstName", first_name, 100);
    violations.text("lastName", last_name, 100);
    violations.finish()
}
