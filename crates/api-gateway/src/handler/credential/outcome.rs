//! Outcomes of a micro-credential, one by one.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod reorder;
pub(crate) mod update;
