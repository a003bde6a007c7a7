//! People.

pub(crate) mod me;
