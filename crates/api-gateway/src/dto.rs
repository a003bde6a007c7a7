//! What the REST contract says, resource by resource, and the way from it to `domain` and back.

pub(crate) mod ai;
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod credential;
pub(crate) mod diagram;
pub(crate) mod exchange;
pub(crate) mod health;
pub(crate) mod institution;
pub(crate) mod number;
pub(crate) mod outcome;
pub(crate) mod page;
pub(crate) mod pathway;
pub(crate) mod recognition;
pub(crate) mod report;
pub(crate) mod stats;
pub(crate) mod user;
pub(crate) mod vocabulary;
pub(crate) mod webhook;
