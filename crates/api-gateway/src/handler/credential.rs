//! Micro-credentials.

pub(crate) mod archive;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod diagram;
pub(crate) mod export;
pub(crate) mod get;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod outcome;
pub(crate) mod prerequisite;
pub(crate) mod publish;
pub(crate) mod reject;
pub(crate) mod submit;
pub(crate) mod update;
