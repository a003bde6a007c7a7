//! The one thread that owns the model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use super::pace::Pace;
use super::request::Row;
use crate::backend::{Backend, BackendError};
use crate::batch::{Entry, SharedQueue};
use crate::tokenize::SpecialPieces;
use crate::{EmbedError, ModelInfo, PaddedBatch, StartError, telemetry};

/// Runs one batch of the largest size: memory is allocated and the pace known before the first caller.
pub(super) fn warm_up(
    backend: &mut dyn Backend,
    model: &ModelInfo,
    special: SpecialPieces,
    batch_tokens: usize,
    pace: &Pace,
) -> Result<(), StartError> {
    let mut row = vec![special.end; model.max_tokens];
    if let Some(first) = row.first_mut() {
        *first = special.start;
    }
    let rows = vec![row.as_slice(); (batch_tokens / model.max_tokens.max(1)).max(1)];
    let batch = PaddedBatch::new(&rows, special.padding);
    // The first run pays for allocation; only the second tells the pace.
    backend.run(&batch)?;
    let started = Instant::now();
    let vectors = backend.run(&batch)?;
    pace.record(batch.padded_tokens(), started.elapsed());
    check(&vectors, batch.rows(), model.dimension)?;
    Ok(())
}

fn check(vectors: &[Vec<f32>], rows: usize, dimension: usize) -> Result<(), BackendError> {
    if vectors.len() == rows && vectors.iter().all(|vector| vector.len() == dimension) {
        return Ok(());
    }
    let width = vectors.first().map_or(0, Vec::len);
    Err(BackendError::Shape {
        expected: [rows, dimension],
        found: [vectors.len(), width]
            .into_iter()
            .filter_map(|size| i64::try_from(size).ok())
            .collect(),
    })
}

/// Starts the thread; it ends when the queue is closed, and closes the queue however it ends.
pub(super) fn spawn(
    mut backend: Box<dyn Backend>,
    queue: &Arc<SharedQueue<Row>>,
    padding: i32,
    pace: &Arc<Pace>,
) -> Result<JoinHandle<()>, StartError> {
    let end = CloseOnDrop(Arc::clone(queue));
    let pace = Arc::clone(pace);
    thread::Builder::new()
        .name("model".to_owned())
        .spawn(move || {
            let queue = &end.0;
            while let Some(turn) = queue.next_turn(|row| row.request.is_abandoned()) {
                drop(turn.cancelled);
                for entry in turn.expired {
                    entry.payload.request.fail(EmbedError::DeadlineExceeded);
                }
                if !turn.batch.is_empty() {
                    serve(backend.as_mut(), turn.batch, padding, &pace);
                }
            }
        })
        .map_err(StartError::Thread)
}

/// Closes the queue however the thread ends, so that callers get an error instead of silence.
struct CloseOnDrop(Arc<SharedQueue<Row>>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn serve(backend: &mut dyn Backend, entries: Vec<Entry<Row>>, padding: i32, pace: &Pace) {
    let ids: Vec<&[i32]> = entries
        .iter()
        .map(|entry| entry.payload.content.ids.as_slice())
        .collect();
    let batch = PaddedBatch::new(&ids, padding);
    let span = tracing::debug_span!(
        "inference_batch",
        batch.size = batch.rows(),
        batch.tokens = batch.padded_tokens()
    );
    for entry in &entries {
        span.follows_from(entry.payload.request.span());
    }
    let started = Instant::now();
    for entry in &entries {
        telemetry::waited(started.saturating_duration_since(entry.enqueued));
    }
    let outcome = span.in_scope(|| run(backend, &batch));
    let time = started.elapsed();
    telemetry::ran(batch.rows(), batch.padded_tokens(), time);
    match outcome {
        Ok(vectors) => {
            pace.record(batch.padded_tokens(), time);
            for (entry, vector) in entries.into_iter().zip(vectors) {
                entry.payload.answer(vector);
            }
        }
        Err(error) => {
            let reason = describe(&error);
            for entry in entries {
                entry.payload.request.fail(EmbedError::Inference {
                    reason: reason.clone(),
                });
            }
        }
    }
}

/// A panic costs one batch: a run leaves nothing behind that the next one reads.
fn run(backend: &mut dyn Backend, batch: &PaddedBatch) -> Result<Vec<Vec<f32>>, BackendError> {
    let vectors = catch_unwind(AssertUnwindSafe(|| backend.run(batch)))
        .unwrap_or_else(|_panic| Err(BackendError::Other("the backend panicked".to_owned())))?;
    check(&vectors, batch.rows(), backend.dimension())?;
    Ok(vectors)
}

/// Joins an error and its causes; an [`EmbedError`] is cloned for every row and holds no source.
fn describe(error: &BackendError) -> String {
    let mut sentence = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        sentence.push_str(": ");
        sentence.push_str(&cause.to_string());
        source = cause.source();
    }
    sentence
}
