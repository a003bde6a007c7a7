//! Probes.

pub(crate) mod live;
pub(crate) mod ready;
pub(crate) mod report;
