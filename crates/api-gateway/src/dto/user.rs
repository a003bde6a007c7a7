//! People with accounts, as they and their administrators see them.

use chrono::{DateTime, Utc};
use domain::Failure;
use domain::account::{Assignment, Invitation, Profile, Session};
use domain::id::{InstitutionId, SessionId};
use domain::vocabulary::UserRole;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::check_secret;
use super::page::windowed;
use super::vocabulary;

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserQuery {
    /// Page number, from 1.
    #[param(minimum = 1, maximum = 100_000, default = 1)]
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// `email`, `firstName`, `lastName`, `role`, `lastLoginAt`, `createdAt` or `updatedAt`, with `-` in front for descending.
    #[param(pattern = "^-?(email|firstName|lastName|role|lastLoginAt|createdAt|updatedAt)$")]
    pub(crate) sort: Option<String>,
    /// Only with this role.
    #[param(value_type = Option<vocabulary::UserRole>, inline)]
    pub(crate) role: Option<UserRole>,
    /// Only of this institution.
    #[param(value_type = Option<Uuid>)]
    pub(crate) institution_id: Option<InstitutionId>,
    /// Only enabled, or only disabled accounts.
    pub(crate) is_active: Option<bool>,
    /// Words in name or e-mail.
    #[param(max_length = 200)]
    pub(crate) search: Option<String>,
}

windowed!(UserQuery);

/// What one says about oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateProfile {
    /// Given name.
    #[schema(example = "Ada", min_length = 1)]
    first_name: String,
    /// Family name.
    #[schema(example = "Lovelace", min_length = 1)]
    last_name: String,
    /// Another e-mail address; it counts once the mail that is sent there has been answered. Absent: as it is.
    #[schema(min_length = 1)]
    email: Option<String>,
    /// The current password; needed for another e-mail address.
    #[schema(value_type = Option<String>, format = Password, min_length = 1, max_length = 1000)]
    current_password: Option<SecretString>,
}

impl UpdateProfile {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn into_domain(self) -> Result<(Profile, Option<SecretString>), Failure> {
        let profile = Profile {
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
        };
        profile.validate()?;
        if let Some(password) = &self.current_password {
            let mut violations = domain::validate::Violations::new();
            check_secret(&mut violations, "currentPassword", password);
            violations.finish()?;
        }
        Ok((profile, self.current_password))
    }
}

/// A person to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InviteUser {
    /// E-mail; its case does not matter.
    #[schema(example = "grace@example.org", min_length = 1)]
    email: String,
    /// Given name.
    #[schema(example = "Grace", min_length = 1)]
    first_name: String,
    /// Family name.
    #[schema(example = "Hopper", min_length = 1)]
    last_name: String,
    /// What the person may do; not above one's own role.
    #[schema(value_type = vocabulary::UserRole)]
    role: UserRole,
    /// Institution the person acts for; needed for coordinators and administrators of one.
    #[schema(value_type = Option<Uuid>)]
    institution_id: Option<InstitutionId>,
}

impl InviteUser {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn into_domain(self) -> Result<Invitation, Failure> {
        let invitation = Invitation {
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            assignment: Assignment {
                role: self.role,
                institution_id: self.institution_id,
            },
        };
        invitation.validate()?;
        Ok(invitation)
    }
}

/// Another role or institution.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetRole {
    /// What the person may do; not above one's own role.
    #[schema(value_type = vocabulary::UserRole)]
    role: UserRole,
    /// Institution the person acts for; needed for coordinators and administrators of one.
    #[schema(value_type = Option<Uuid>)]
    institution_id: Option<InstitutionId>,
}

impl SetRole {
    /// Checks every rule.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with every broken rule.
    pub(crate) fn into_domain(self) -> Result<Assignment, Failure> {
        let assignment = Assignment {
            role: self.role,
            institution_id: self.institution_id,
        };
        let mut violations = domain::validate::Violations::new();
        assignment.check(&mut violations);
        violations.finish()?;
        Ok(assignment)
    }
}

/// Whether an account is enabled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetStatus {
    /// False disables: every session ends and nobody signs in.
    pub(crate) is_active: bool,
}

/// A running session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnSession {
    #[schema(value_type = Uuid)]
    id: SessionId,
    /// Whether it is the one that asks.
    is_current: bool,
    /// Address from which the person signed in.
    ip_address: Option<String>,
    /// User agent with which the person signed in.
    user_agent: Option<String>,
    /// When the person signed in.
    created_at: DateTime<Utc>,
    /// When it ends whatever happens.
    expires_at: DateTime<Utc>,
}

impl OwnSession {
    /// A session, as seen from the session `current`.
    pub(crate) fn seen_from(current: SessionId, session: Session) -> Self {
        Self {
            is_current: session.id == current,
            id: session.id,
            ip_address: session.ip_address,
            user_agent: session.user_agent,
            created_at: session.created_at,
            expires_at: session.expires_at,
        }
    }
}

/// How many sessions have ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndedSessions {
    /// Sessions that ended by this.
    #[schema(example = 2)]
    pub(crate) ended_sessions: u32,
}

/// Says that it was done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Done {
    /// Always true.
    #[schema(example = true)]
    pub(crate) done: bool,
}
