//! Accounts: people who may sign in.

pub mod password;

use chrono::{DateTime, Utc};
use serde::Serialize;

use self::password::PasswordPolicy;
use crate::failure::Failure;
use crate::id::{InstitutionId, SessionId, UserId};
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
    /// Number of the present version, from 1.
    pub version: i64,
}

/// A signed-in session, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Identifier.
    pub id: SessionId,
    /// When the person signed in.
    pub created_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// Address from which the person signed in.
    pub ip_address: Option<String>,
    /// User agent with which the person signed in.
    pub user_agent: Option<String>,
}

/// What people say about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Another e-mail address; `None` keeps the one on record.
    pub email: Option<String>,
}

impl Profile {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub fn validate(&self) -> Result<(), Failure> {
        let mut violations = Violations::new();
        violations.text("firstName", &self.first_name, 100);
        violations.text("lastName", &self.last_name, 100);
        if let Some(email) = &self.email {
            violations.require(is_email(email), "email", "must be an e-mail address");
        }
        violations.finish()
    }
}

/// A person to be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// E-mail, unique without regard to case.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// What the person may do, and for whom.
    pub assignment: Assignment,
}

impl Invitation {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub fn validate(&self) -> Result<(), Failure> {
        let mut violations = Violations::new();
        violations.require(is_email(&self.email), "email", "must be an e-mail address");
        violations.text("firstName", &self.first_name, 100);
        violations.text("lastName", &self.last_name, 100);
        self.assignment.check(&mut violations);
        violations.finish()
    }
}

/// A role and the institution it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// What the person may do.
    pub role: UserRole,
    /// Institution the person acts for.
    pub institution_id: Option<InstitutionId>,
}

impl Assignment {
    /// Notes every broken rule.
    pub fn check(&self, violations: &mut Violations) {
        let needs_institution = matches!(
            self.role,
            UserRole::InstitutionAdmin | UserRole::ProgramCoordinator
        );
        violations.require(
            !needs_institution || self.institution_id.is_some(),
            "institutionId",
            "is needed for a role within an institution",
        );
    }
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
