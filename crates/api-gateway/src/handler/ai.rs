//! Search, likeness, assessment, vectors.

pub(crate) mod assess;
pub(crate) mod embed;
pub(crate) mod search;
pub(crate) mod similar;
