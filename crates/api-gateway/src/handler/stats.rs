//! Figures.

pub(crate) mod institution;
pub(crate) mod overview;
