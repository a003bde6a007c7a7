//! Secrets: passwords, refresh tokens, one-time links, the key that signs the audit chain. None is ever stored as it is, logged or printed.

pub(crate) mod audit_key;
pub(crate) mod one_time_token;
pub(crate) mod password;
pub(crate) mod refresh_token;
pub(crate) mod webhook_secret;
