//! Accounts: people who may sign in.

pub mod password;

use chrono::{DateTime, Utc};
use serde::Serialize;

use self::password::PasswordPolicy;
use crate::failure::Failure;
use crate::id::{InstitutionId, UserId};
use crate::validate::{Violations, is_email};
use crate::vocabulary::UserRole;

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
    passwords: PasswordPolicy,
    email: &str,
    password: &str,
    first_name: &str,
    last_name: &str,
) -> Result<(), Failure> {
    let mut violations = Violations::new();
    violations.require(is_email(email), "email", "must be an e-mail address");
    let about = [email, first_name, last_name];
    passwords.check(&mut violations, "password", password, &about);
    violations.text("firstName", first_name, 100);
    violations.text("lastName", last_name, 100);
    violations.finish()
}
