//! What every request passes through; [`crate::application`] says in which order.

pub(crate) mod authenticate;
pub(crate) mod envelope;
pub(crate) mod forget;
pub(crate) mod heeded_headers;
pub(crate) mod known_parameters;
pub(crate) mod observe;
#[cfg(feature = "planted-faults")]
pub(crate) mod planted_faults;
pub(crate) mod rate_limit;
pub(crate) mod refusals;
pub(crate) mod request_id;
pub(crate) mod security_headers;
pub(crate) mod sound;
