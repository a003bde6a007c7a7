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
use crate::response::HasVersion;

/// Longest secret that is looked at.
const LONGEST_SECRET: usize = 1_000;

/// Asks for an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Register {
    /// E-mail; its case does not matter.
    #[schema(example = "ada@example.org", min_length = 1)]
    pub(crate) email: String,
    /// 15 to 128 characters unless the operator says otherwise, any; not one that is tried first.
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

/// Says what happens next, and nothing about the address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegistrationAccepted {
    /// What to do next, in English.
    #[schema(
        example = "We have sent a mail to this address. Open its link within 24 hours to confirm the address."
    )]
    message: &'static str,
}

impl RegistrationAccepted {
    /// The same for every address.
    pub(crate) const fn new() -> Self {
        Self {
            message: "We have sent a mail to this address. Open its link within 24 hours to confirm the address.",
        }
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
    /// The token from the last answer; good for one use. Absent in a session of cookies.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub(crate) refresh_token: Option<SecretString>,
}

impl Refresh {
    /// Checks that there is something to look up.
    ///
    /// # Errors
    /// `VALIDATION_ERROR`.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        if let Some(token) = &self.refresh_token {
            check_secret(&mut violations, "refresh_token", token);
        }
        violations.finish()?;
        Ok(self)
    }
}

/// Notes what no secret of ours looks like.
pub(super) fn check_secret(violations: &mut Violations, field: &str, secret: &SecretString) {
    let text = secret.expose_secret();
    violations.require(!text.is_empty(), field, "must not be empty");
    violations.require(
        text.len() <= LONGEST_SECRET && !text.contains('\0'),
        field,
        "is longer than any that we give out, or has the NUL character",
    );
}

/// Asks for a link to choose another password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotPassword {
    /// E-mail of the account; its case does not matter.
    #[schema(example = "ada@example.org", min_length = 1)]
    pub(crate) email: String,
}

/// Chooses a password by the link of a mail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResetPassword {
    /// The token behind `#token=` of the link; good for one use.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    pub(crate) token: SecretString,
    /// The new password, with the rules of registration.
    #[schema(value_type = String, min_length = 8, max_length = 128, format = Password)]
    pub(crate) new_password: SecretString,
}

impl ResetPassword {
    /// Checks every rule that needs no look at the account.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self, passwords: PasswordPolicy) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        check_secret(&mut violations, "token", &self.token);
        let new = self.new_password.expose_secret();
        passwords.check(&mut violations, "newPassword", new, &[]);
        violations.finish()?;
        Ok(self)
    }
}

/// Chooses another password with the current one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangePassword {
    /// The current password.
    #[schema(value_type = String, min_length = 1, max_length = 1000, format = Password)]
    pub(crate) current_password: SecretString,
    /// The new password, with the rules of registration.
    #[schema(value_type = String, min_length = 8, max_length = 128, format = Password)]
    pub(crate) new_password: SecretString,
}

impl ChangePassword {
    /// Checks every rule that needs no look at the account.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn checked(self, passwords: PasswordPolicy) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        check_secret(&mut violations, "currentPassword", &self.current_password);
        let new = self.new_password.expose_secret();
        passwords.check(&mut violations, "newPassword", new, &[]);
        violations.finish()?;
        Ok(self)
    }
}

/// Confirms an e-mail address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmEmail {
    /// The token behind `#token=` of the link; good for one use.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    pub(crate) token: SecretString,
}

impl ConfirmEmail {
    /// Checks that there is something to look up.
    ///
    /// # Errors
    /// `VALIDATION_ERROR`.
    pub(crate) fn checked(self) -> Result<Self, Failure> {
        let mut violations = Violations::new();
        check_secret(&mut violations, "token", &self.token);
        violations.finish()?;
        Ok(self)
    }
}

/// A session that has just begun or been renewed. In a session of cookies the tokens are in the cookies, and not here.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// Goes into `Authorization: Bearer …`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_token: Option<String>,
    /// Renews the session, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token: Option<String>,
    /// `Bearer`, or `Cookie` in a session of cookies.
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
    #[serde(skip)]
    #[schema(ignore)]
    version: i64,
}

impl HasVersion for User {
    fn version(&self) -> i64 {
        self.version
    }
}

impl User {
    /// Who it is.
    pub(crate) const fn id(&self) -> UserId {
        self.person.id
    }
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
            version: user.version,
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
