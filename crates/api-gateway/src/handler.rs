//! One file per operation: decode, ask, encode.

pub(crate) mod ai;
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod credential;
pub(crate) mod diagram;
pub(crate) mod health;
pub(crate) mod institution;
pub(crate) mod pathway;
pub(crate) mod recognition;
pub(crate) mod report;
pub(crate) mod stats;
pub(crate) mod user;
pub(crate) mod webhook;
