//! The queue between the tokenizer threads and the model thread.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::{Entry, Limits, Queue, Turn};
use crate::telemetry;

/// Wraps [`Queue`] for threads; closed once, by the owner or by the end of the model thread.
pub(crate) struct SharedQueue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    queue: Queue<T>,
    open: bool,
}

impl<T> SharedQueue<T> {
    pub(crate) const fn new(limits: Limits) -> Self {
        Self {
            state: Mutex::new(State {
                queue: Queue::new(limits),
                open: true,
            }),
            changed: Condvar::new(),
        }
    }

    /// Adds the rows of one text; after [`SharedQueue::close`] they are dropped at once.
    pub(crate) fn push_all(&self, entries: impl Iterator<Item = Entry<T>>) {
        let mut state = self.lock();
        if !state.open {
            return;
        }
        for entry in entries {
            state.queue.push(entry);
        }
        let depth = state.queue.len();
        drop(state);
        telemetry::queue_depth(depth);
        self.changed.notify_one();
    }

    /// Waits until there is something to run or to answer; `None` once closed.
    pub(crate) fn next_turn(&self, is_cancelled: impl Fn(&T) -> bool) -> Option<Turn<T>> {
        let mut state = self.lock();
        loop {
            if !state.open {
                return None;
            }
            if state.queue.len() > 0 {
                let turn = state.queue.next_batch(Instant::now(), &is_cancelled);
                let depth = state.queue.len();
                drop(state);
                telemetry::queue_depth(depth);
                return Some(turn);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends the queue and drops what waits, which tells every caller.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.open = false;
        let left = state.queue.drain();
        // The entries go outside the lock: what they hold may wake other threads.
        drop(state);
        drop(left);
        self.changed.notify_all();
    }

    pub(crate) fn is_open(&self) -> bool {
        self.lock().open
    }

    /// Rows and pieces that wait.
    pub(crate) fn load(&self) -> (usize, usize) {
        let state = self.lock();
        (state.queue.len(), state.queue.tokens())
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
