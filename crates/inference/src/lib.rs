#![doc = include_str!("../README.md")]

pub mod backend;
mod batch;
mod content_hash;
mod engine;
mod error;
mod manifest;
mod model;
mod precision;
mod telemetry;
pub mod tokenize;
mod vector;

pub use batch::{PaddedBatch, Priority};
pub use content_hash::content_hash;
pub use engine::{EmbedOptions, Engine, EngineSettings};
pub use error::{EmbedError, StartError};
pub use manifest::{HashedFile, Manifest, ModelFiles, RuntimeFile};
pub use model::ModelInfo;
pub use precision::{Precision, UnknownPrecision};
pub use vector::Vector;
