//! The record of decisions.

pub(crate) mod list;
