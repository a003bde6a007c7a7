//! The record of decisions.

pub(crate) mod anchor;
pub(crate) mod encoding;
pub(crate) mod list;
pub(crate) mod refusal;
pub(crate) mod verify;
pub(crate) mod walk;
