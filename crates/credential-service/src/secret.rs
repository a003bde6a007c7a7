//! Secrets of people: passwords, refresh tokens, one-time links. None of them is ever logged or printed.

pub(crate) mod one_time_token;
pub(crate) mod password;
pub(crate) mod refresh_token;
