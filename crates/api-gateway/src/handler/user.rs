//! People.

pub(crate) mod end_sessions;
pub(crate) mod get;
pub(crate) mod invite;
pub(crate) mod list;
pub(crate) mod me;
pub(crate) mod set_role;
pub(crate) mod set_status;
pub(crate) mod update_me;
