//! The two errors at the edge of the crate: an engine that cannot start, a request that cannot be served.

use std::path::PathBuf;
use std::time::Duration;

use crate::backend::BackendError;

/// Says why an engine could not be started; every sentence names the file or the setting.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file of the model directory cannot be read.
    #[error("cannot read `{path}`; run scripts/setup")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The manifest is not what this version of the crate understands.
    #[error("`{path}` is not a valid manifest; run scripts/setup")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A file is not the one that the manifest describes.
    #[error("`{path}` has sha256 {found}, the manifest says {expected}; run scripts/setup")]
    Checksum {
        /// The file.
        path: PathBuf,
        /// Hash in the manifest.
        expected: String,
        /// Hash of the file.
        found: String,
    },
    /// The tokenizer file cannot be used.
    #[error("the tokenizer cannot be used: {reason}; run scripts/setup")]
    Tokenizer {
        /// Why.
        reason: String,
    },
    /// A setting has no usable value.
    #[error("setting `{name}` {reason}")]
    Setting {
        /// Field of [`EngineSettings`](crate::EngineSettings).
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// ONNX Runtime could not be loaded from the library file.
    #[error("cannot load ONNX Runtime from `{path}`: {reason}; run scripts/setup")]
    Runtime {
        /// The library file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The process already uses another ONNX Runtime; one process can hold one.
    #[error("ONNX Runtime is already loaded from `{loaded}`, cannot load `{requested}` as well")]
    OtherRuntime {
        /// The library in use.
        loaded: PathBuf,
        /// The library asked for.
        requested: PathBuf,
    },
    /// The session could not be made, or the warm-up batch failed.
    #[error("the model cannot run")]
    Backend(#[from] BackendError),
    /// The operating system gave no thread.
    #[error("cannot start a thread")]
    Thread(#[source] std::io::Error),
}

/// Says why texts were not embedded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// A text has nothing to embed: only white space or control characters.
    #[error("text {index} is empty")]
    EmptyText {
        /// Position in the request.
        index: usize,
    },
    /// A text needs more windows than one text may use.
    #[error("text {index} is too long: at most {max_windows} windows of word pieces are embedded")]
    TextTooLong {
        /// Position in the request.
        index: usize,
        /// The bound.
        max_windows: usize,
    },
    /// One request holds more texts than the whole queue could ever take.
    #[error("{given} texts in one request; at most {limit}")]
    TooManyTexts {
        /// Texts in the request.
        given: usize,
        /// The queue capacity; three quarters of it for bulk requests.
        limit: usize,
    },
    /// The queue is full; nothing was queued.
    #[error("the queue is full, retry after {retry_after:?}")]
    Overloaded {
        /// Estimate of when there will be room.
        retry_after: Duration,
    },
    /// The deadline passed before the vectors were ready.
    #[error("the deadline passed before inference")]
    DeadlineExceeded,
    /// The thread that owns the model has ended; only a restart brings it back.
    #[error("the model worker has ended")]
    Unavailable,
    /// Tokenizer or model refused the input; the reason is for logs, not for callers.
    #[error("inference failed: {reason}")]
    Inference {
        /// Why, for logs.
        reason: String,
    },
}

impl EmbedError {
    /// The label of `inference_rejected_total`.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::EmptyText { .. } => "empty_text",
            Self::TextTooLong { .. } => "text_too_long",
            Self::TooManyTexts { .. } => "too_many_texts",
            Self::Overloaded { .. } => "overloaded",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Unavailable => "unavailable",
            Self::Inference { .. } => "inference",
        }
    }
}
