//! Pathways.

pub(crate) mod activate;
pub(crate) mod approve;
pub(crate) mod archive;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod diagram;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod reject;
pub(crate) mod submit;
pub(crate) mod suspend;
pub(crate) mod update;
