//! Accounts.

use domain::Failure;
use domain::account::User;
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
        })
    }
}
