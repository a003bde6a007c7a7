//! What runs a batch: ONNX Runtime when serving, a hash in tests.

mod deterministic;
mod onnx;
mod runtime;

pub use deterministic::Deterministic;
pub use onnx::Onnx;

use crate::PaddedBatch;

/// Runs batches; owned by one thread.
pub trait Backend: Send {
    /// Returns one vector of length one per row, in the order of the rows.
    ///
    /// A row's vector must depend on that row alone, never on its neighbours or its place.
    ///
    /// # Errors
    /// [`BackendError`] if the batch could not be run; the next one may succeed.
    fn run(&mut self, batch: &PaddedBatch) -> Result<Vec<Vec<f32>>, BackendError>;

    /// Numbers in each vector.
    fn dimension(&self) -> usize;
}

/// Says why a batch was not run, or a session not made.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// ONNX Runtime refused.
    #[error("ONNX Runtime failed")]
    Runtime(#[from] ort::Error),
    /// The model gave something else than one vector per row.
    #[error("the model gave shape {found:?}, expected {expected:?}")]
    Shape {
        /// Rows and numbers wanted.
        expected: [usize; 2],
        /// Shape of the output.
        found: Vec<i64>,
    },
    /// The model has no such output.
    #[error("the model has no output `{name}`")]
    Output {
        /// Name wanted.
        name: &'static str,
    },
    /// A vector holds something that is not a number.
    #[error("the model gave a vector that is not finite")]
    NotFinite,
    /// Another backend's own reason.
    #[error("{0}")]
    Other(String),
}
