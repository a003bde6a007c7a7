//! Accounts and sessions.

pub(crate) mod confirm_email;
pub(crate) mod get_own;
pub(crate) mod note;
mod pace;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod reauthenticate;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod revocations;
pub(crate) mod revoke;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use chrono::{DateTime, Utc};
use domain::account::User;
use domain::id::SessionId;

/// A session as its owner receives it, once.
#[derive(Debug)]
pub(crate) struct OpenSession {
    /// The person.
    pub(crate) user: User,
    /// When the person was read, by the clock of the database.
    pub(crate) read_at: DateTime<Utc>,
    /// The session.
    pub(crate) session_id: SessionId,
    /// The current refresh token.
    pub(crate) refresh_token: crate::secret::refresh_token::RefreshToken,
    /// When the session ends whatever happens.
    pub(crate) expires_at: DateTime<Utc>,
}
