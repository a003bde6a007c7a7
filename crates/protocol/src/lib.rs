#![doc = include_str!("../README.md")]

pub mod caller;
pub mod channel;
pub mod convert;
pub mod deadline;
pub mod feed;
pub mod panics;
pub mod pb;
pub mod server;
pub mod status;
pub mod suggestion;
pub mod token;
mod trace;

pub use caller::Caller;
pub use status::{from_status, into_status};
