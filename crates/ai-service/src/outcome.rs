//! Learning outcomes: their Bloom level, category and key words, and where they stand in prose.
//!
//! Everything here computes; nothing reads a clock or a table.

pub(crate) mod classify;
pub(crate) mod extract;
pub(crate) mod keywords;
pub(crate) mod labels;
pub(crate) mod lead;
pub(crate) mod verbs;
