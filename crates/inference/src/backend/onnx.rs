//! The real model: an ONNX file in ONNX Runtime.

use std::path::Path;

use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;

use super::{Backend, BackendError, runtime};
use crate::{PaddedBatch, StartError};

const INPUT_IDS: &str = "input_ids";
const ATTENTION_MASK: &str = "attention_mask";
const OUTPUT: &str = "sentence_embedding";

/// Owns one session; mean pooling and the L2 norm are part of the graph.
#[derive(Debug)]
pub struct Onnx {
    session: Session,
    dimension: usize,
}

impl Onnx {
    /// Makes a session from the bytes of a model file.
    ///
    /// # Errors
    /// [`StartError::Runtime`], [`StartError::OtherRuntime`] and [`StartError::Backend`].
    pub fn load(
        library: &Path,
        model: &[u8],
        threads: usize,
        dimension: usize,
    ) -> Result<Self, StartError> {
        let environment = runtime::environment(library)?;
        let session = session(&environment, model, threads).map_err(BackendError::from)?;
        Ok(Self { session, dimension })
    }
}

fn session(
    environment: &ort::environment::Environment,
    model: &[u8],
    threads: usize,
) -> ort::Result<Session> {
    Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(threads)?
        // The shapes change from batch to batch: a memory plan for one would not fit the next.
        .with_memory_pattern(false)?
        .commit_from_memory(model)
}

impl Backend for Onnx {
    fn run(&mut self, batch: &PaddedBatch) -> Result<Vec<Vec<f32>>, BackendError> {
        if batch.padded_tokens() == 0 {
            return Ok(Vec::new());
        }
        let shape = [batch.rows(), batch.width()];
        let ids = TensorRef::from_array_view((shape, batch.ids()))?;
        let mask = TensorRef::from_array_view((shape, batch.mask()))?;
        let outputs = self
            .session
            .run(ort::inputs![INPUT_IDS => ids, ATTENTION_MASK => mask])?;
        let output = outputs
            .get(OUTPUT)
            .ok_or(BackendError::Output { name: OUTPUT })?;
        let (found, values) = output.try_extract_tensor::<f32>()?;
        let expected = [batch.rows(), self.dimension];
        let fits = found
            .iter()
            .copied()
            .map(usize::try_from)
            .eq(expected.map(Ok));
        if !fits || self.dimension == 0 {
            return Err(BackendError::Shape {
                expected,
                found: found.to_vec(),
            });
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(BackendError::NotFinite);
        }
        Ok(values.chunks(self.dimension).map(<[f32]>::to_vec).collect())
    }

    fn dimension(&self) -> usize {
        self.dimension
    }
}
