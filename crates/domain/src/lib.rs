#![doc = include_str!("../README.md")]

pub mod account;
pub mod audit;
pub mod failure;
pub mod id;
pub mod institution;
pub mod micro_credential;
pub mod page;
pub mod parts;
pub mod pathway;
pub mod policy;
pub mod recognition;
pub mod report;
pub mod stats;
pub mod validate;
pub mod vocabulary;
pub mod webhook;
pub mod workflow;

pub use failure::{ErrorCode, ErrorKind, Failure, FieldViolation};
