//! What an engine needs to know before it starts.

use std::path::PathBuf;

use crate::{Precision, StartError};

/// Sets up an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineSettings {
    /// Directory with `manifest.json`, made by `scripts/setup`.
    pub model_dir: PathBuf,
    /// Which model file serves.
    pub precision: Precision,
    /// Threads inside one operator of the model, default 2. More than there are cores makes every
    /// batch slower; fewer leaves cores idle.
    pub threads: usize,
    /// Largest rows × longest row of one batch, default 1024. Too high: an interactive text waits long
    /// behind a bulk batch. Too low: each run costs more than it computes. At least the model's
    /// `max_tokens`.
    pub max_batch_tokens: usize,
    /// Texts that may be in work at once, default 1024, and so the most texts in one request; bulk work
    /// may fill three quarters of it. Too high:
    /// callers wait past their deadlines instead of being told to come back. Too low: refusals while
    /// the model has nothing to do.
    pub queue_capacity: usize,
    /// Vectors kept, default 10,000 (about 1.6 KB each); zero switches the cache off.
    pub cache_entries: usize,
    /// Threads that tokenize, default 1; one feeds a model on two cores many times over.
    pub tokenizer_threads: usize,
    /// ONNX Runtime library to use instead of the verified one of the model directory.
    pub ort_dylib_path: Option<PathBuf>,
}

impl EngineSettings {
    /// Settings with every default.
    #[must_use]
    pub fn new(model_dir: impl Into<PathBuf>, precision: Precision) -> Self {
        Self {
            model_dir: model_dir.into(),
            precision,
            threads: 2,
            max_batch_tokens: 1_024,
            queue_capacity: 1_024,
            cache_entries: 10_000,
            tokenizer_threads: 1,
            ort_dylib_path: None,
        }
    }

    /// Refuses values that cannot work.
    pub(crate) fn check(&self, max_tokens: usize) -> Result<(), StartError> {
        let refuse = |name, reason: String| Err(StartError::Setting { name, reason });
        let at_least_one = [
            ("threads", self.threads),
            ("queue_capacity", self.queue_capacity),
            ("tokenizer_threads", self.tokenizer_threads),
        ];
        for (name, value) in at_least_one {
            if value == 0 {
                return refuse(name, "must be at least 1".to_owned());
            }
        }
        if self.queue_capacity > 1_000_000 {
            return refuse("queue_capacity", "must be at most 1000000".to_owned());
        }
        if self.max_batch_tokens < max_tokens {
            return refuse(
                "max_batch_tokens",
                format!("must be at least {max_tokens}, the longest row of the model"),
            );
        }
        Ok(())
    }
}
