//! Accounts.

use domain::Failure;
use domain::account::{Assignment, Session, User};
use domain::vocabulary::UserRole;

use super::value::{optional_time, required_time, time_to_wire};
use super::vocabulary::WireEnum;
use crate::pb::credential as pb;

impl From<User> for pb::User {
    fn from(user: User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            role: user.role.to_wire(),
            institution_id: user.institution_id.map(|id| id.to_string()),
            is_active: user.is_active,
            last_login_at: user.last_login_at.map(time_to_wire),
            created_at: Some(time_to_wire(user.created_at)),
            updated_at: Some(time_to_wire(user.updated_at)),
            version: user.version,
        }
    }
}

impl TryFrom<pb::User> for User {
    type Error = Failure;

    fn try_from(user: pb::User) -> Result<Self, Failure> {
        Ok(Self {
            id: user.id.parse()?,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            role: UserRole::from_wire(user.role, "role")?,
            institution_id: user.institution_id.map(|id| id.parse()).transpose()?,
            is_active: user.is_active,
            last_login_at: optional_time(user.last_login_at)?,
            created_at: required_time(user.created_at, "created_at")?,
            updated_at: required_time(user.updated_at, "updated_at")?,
            version: user.version,
        })
    }
}

impl From<Session> for pb::OwnSession {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.to_string(),
            created_at: Some(time_to_wire(session.created_at)),
            expires_at: Some(time_to_wire(session.expires_at)),
            ip_address: session.ip_address,
            user_agent: session.user_agent,
        }
    }
}

impl TryFrom<pb::OwnSession> for Session {
    type Error = Failure;

    fn try_from(session: pb::OwnSession) -> Result<Self, Failure> {
        Ok(Self {
            id: session.id.parse()?,
            created_at: required_time(session.created_at, "created_at")?,
            expires_at: required_time(session.expires_at, "expires_at")?,
            ip_address: session.ip_address,
            user_agent: session.user_agent,
        })
    }
}

impl From<Assignment> for pb::Assignment {
    fn from(assignment: Assignment) -> Self {
        Self {
            role: assignment.role.to_wire(),
            institution_id: assignment.institution_id.map(|id| id.to_string()),
        }
    }
}

impl TryFrom<pb::Assignment> for Assignment {
    type Error = Failure;

    fn try_from(assignment: pb::Assignment) -> Result<Self, Failure> {
        Ok(Self {
            role: UserRole::from_wire(assignment.role, "role")?,
            institution_id: assignment.institution_id.map(|id| id.parse()).transpose()?,
        })
    }
}
