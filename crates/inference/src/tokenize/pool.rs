//! The threads that tokenize, so that neither an async thread nor the model thread does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::{Lanes, MAX_WINDOWS, NoWindows, Tokenize, windows};
use crate::batch::SharedQueue;
use crate::engine::{Request, Row};
use crate::{EmbedError, StartError, telemetry};

/// Work for a tokenizer thread: one text of one request.
///
/// Has no `Debug`: texts never reach a log.
pub(crate) struct Job {
    pub(crate) request: Arc<Request>,
    /// Position of the text in the request.
    pub(crate) index: usize,
    pub(crate) text: String,
}

/// Owns the tokenizer threads; they end when the pool is dropped.
pub(crate) struct TokenizerPool {
    lanes: Arc<Lanes<Job>>,
}

impl TokenizerPool {
    /// Starts the threads; each sends the windows it makes to the queue.
    pub(crate) fn start(
        threads: usize,
        tokenizer: Box<dyn Tokenize>,
        max_tokens: usize,
        queue: &Arc<SharedQueue<Row>>,
    ) -> Result<Self, StartError> {
        // Built before the first thread: if a later one fails to start, dropping it ends the others.
        let pool = Self {
            lanes: Arc::new(Lanes::new()),
        };
        let tokenizer: Arc<dyn Tokenize> = Arc::from(tokenizer);
        for number in 0..threads {
            let lanes = Arc::clone(&pool.lanes);
            let tokenizer = Arc::clone(&tokenizer);
            let queue = Arc::clone(queue);
            thread::Builder::new()
                .name(format!("tokenizer-{number}"))
                .spawn(move || {
                    while let Some(job) = lanes.pop() {
                        work(&job, tokenizer.as_ref(), max_tokens, &queue);
                    }
                })
                .map_err(StartError::Thread)?;
        }
        Ok(pool)
    }

    pub(crate) fn submit(&self, job: Job) {
        self.lanes.push(job.request.priority(), job);
    }
}

impl Drop for TokenizerPool {
    fn drop(&mut self) {
        self.lanes.close();
    }
}

fn work(job: &Job, tokenizer: &dyn Tokenize, max_tokens: usize, queue: &SharedQueue<Row>) {
    if job.request.is_abandoned() {
        return;
    }
    if job.request.is_expired(Instant::now()) {
        job.request.fail(EmbedError::DeadlineExceeded);
        return;
    }
    let started = Instant::now();
    // A panic in the tokenizer must cost one request, not a thread of the pool.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        windows(tokenizer, &job.text, max_tokens)
    }))
    .unwrap_or_else(|_| Err(NoWindows::Failed("the tokenizer panicked".to_owned())));
    telemetry::tokenized(started.elapsed());
    match outcome {
        Ok(windows) => {
            let count = windows.len();
            let rows = windows
                .into_iter()
                .enumerate()
                .map(|(window, content)| Row {
                    request: Arc::clone(&job.request),
                    text: job.index,
                    window,
                    windows: count,
                    content,
                });
            queue.push_all(rows.map(Row::into_entry));
        }
        Err(NoWindows::Empty) => job.request.fail(EmbedError::EmptyText { index: job.index }),
        Err(NoWindows::TooLong) => job.request.fail(EmbedError::TextTooLong {
            index: job.index,
            max_windows: MAX_WINDOWS,
        }),
        Err(NoWindows::Failed(reason)) => job.request.fail(EmbedError::Inference { reason }),
    }
}
