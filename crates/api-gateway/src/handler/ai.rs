//! Search, likeness, assessment, pathways, outcomes, feedback, vectors.

pub(crate) mod assess;
pub(crate) mod assess_batch;
pub(crate) mod classify;
pub(crate) mod embed;
pub(crate) mod extract;
pub(crate) mod feedback;
pub(crate) mod models;
pub(crate) mod recommend;
pub(crate) mod search;
pub(crate) mod similar;
pub(crate) mod suggest;
pub(crate) mod validate;
