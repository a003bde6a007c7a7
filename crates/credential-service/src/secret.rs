//! Secrets of people: passwords and refresh tokens. Neither is ever stored, logged or printed.

pub(crate) mod password;
pub(crate) mod refresh_token;
