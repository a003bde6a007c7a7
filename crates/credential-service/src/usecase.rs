//! What the service does: one file for each verb. A use case owns its transaction; nothing leaves the process inside it.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod authority;
pub(crate) mod institution;
pub(crate) mod micro_credential;
pub(crate) mod pathway;
pub(crate) mod recognition;
pub(crate) mod record;
pub(crate) mod view;
