//! Accounts, signing in and out.

use chrono::{DateTime, Utc};
use domain::Failure;
use domain::account::password::PasswordPolicy;
use domain::account::validate_registration;
use domain::id::{InstitutionId, UserId};
use domain::validate::Violations;
use domain::vocabulary::UserRole;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::vocabulary;

/// Longest secret that is looked at.
const LONGEST_SECRET: usize = 1_000;

/// Asks for an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Register {
    /// E-mail; its case does not matter.
    #[schema(example = "ada@example.org", min_length = 1)]
    pub(crate) email: String,
    /// 12 to 128 characters unless the operator says otherwise, any; not one that is tried first.
    #[schema(value_type = String, min_length = 8, max_length = 128, format = Password)]
    pub(crate) password: SecretString,
    /// Given name.
    #[schema(example = "Ada", min_length = 1)]
    pub(crate) first_name: String,
    /// Family name.
    #[schema(example = "Lovelace", min_length = 1)]
    pub(crate) last_name: String,
}

impl Register {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self, passwords: PasswordPolicy) -> Result<Self, Failure> {
        let password = self.password.expose_secret();
        validate_registration(
            passwords,
            &self.email,
            password,
            &self.first_name,
            &self.last_name,
        )?;
        Ok(self)
    }
}

/// Signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SignIn {
    /// E-mail; its case does not matter.
    #[schema(example = "ada@example.org", min_length = 1)]
    pub(crate) email: String,
    /// Password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 1000)]
    pub(crate) password: SecretString,
}

impl SignIn {
    /// Checks that there is something to look up.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        violations.text("email", &self.email, 254);
        check_secret(&mut violations, "password", &self.password);
        violations.finish()?;
        Ok(self)
    }
}

/// Renews a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refresh {
    /// The token from the last answer; good for one use.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    pub(crate) refresh_token: SecretString,
}

impl Refresh {
    /// Checks that there is something to look up.
    ///
    /// # Errors
    /// `VALIDATION_ERROR`.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        check_secret(&mut violations, "refresh_token", &self.refresh_token);
        violations.finish()?;
        Ok(self)
    }
}

fn check_secret(violations: &mut Violations, field: &str, secret: &SecretString) {
    let text = secret.expose_secret();
    violations.require(!text.is_empty(), field, "must not be empty");
    violations.require(
        text.len() <= LONGEST_SECRET && !text.contains('\0'),
        field,
        "is longer than any that we give out, or has the NUL character",
    );
}

/// A session that has just begun or been renewed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// Goes into `Authorization: Bearer …`.
    pub(crate) access_token: String,
    /// Renews the session, once.
    pub(crate) refresh_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub(crate) token_type: &'static str,
    /// Life of the access token in seconds.
    #[schema(example = 900)]
    pub(crate) expires_in: u64,
    /// Who has signed in.
    pub(crate) user: SessionUser,
}

/// Who has signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionUser {
    #[schema(value_type = Uuid)]
    id: UserId,
    email: String,
    first_name: String,
    last_name: String,
    #[schema(value_type = vocabulary::UserRole)]
    role: UserRole,
    /// Institution the person acts for.
    #[schema(value_type = Option<Uuid>)]
    institution_id: Option<InstitutionId>,
}

/// A person with an account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    #[serde(flatten)]
    person: SessionUser,
    is_active: bool,
    last_login_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<domain::account::User> for SessionUser {
    fn from(user: domain::account::User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            role: user.role,
            institution_id: user.institution_id,
        }
    }
}

impl From<domain::account::User> for User {
    fn from(user: domain::account::User) -> Self {
        Self {
            is_active: user.is_active,
            last_login_at: user.last_login_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
            person: user.into(),
        }
    }
}

/// Says that the session has ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignedOut {
    /// Always true.
    #[schema(example = true)]
    pub(crate) signed_out: bool,
}
