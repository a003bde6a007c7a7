//! From single rows to what the model runs at once.

mod padded;
mod queue;
mod shared;

pub use padded::PaddedBatch;
pub(crate) use queue::{Entry, Limits, Queue, Turn};
pub(crate) use shared::SharedQueue;

/// Says how urgent a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Priority {
    /// Somebody waits for the answer; served first.
    #[default]
    Interactive,
    /// Re-embedding, imports, evaluation: gets every fourth batch when interactive work keeps coming.
    Bulk,
}
