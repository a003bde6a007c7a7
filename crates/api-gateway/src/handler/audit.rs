//! The record of decisions.

pub(crate) mod list;
pub(crate) mod verify;
