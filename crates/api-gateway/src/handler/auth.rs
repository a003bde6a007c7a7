//! Accounts and sessions.

pub(crate) mod change_password;
pub(crate) mod confirm_email;
pub(crate) mod end_session;
pub(crate) mod end_sessions;
pub(crate) mod forgot_password;
pub(crate) mod list_sessions;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod reset_password;
