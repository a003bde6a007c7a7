//! The hand-over to the tokenizer threads: two lanes, closed once.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::Priority;

/// Holds work for several threads; interactive work is taken first.
///
/// Not bounded itself: the permits of the engine bound what can be in it. They also keep bulk work
/// from starving here, because interactive callers wait for the model long before they could fill it.
pub(crate) struct Lanes<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    interactive: VecDeque<T>,
    bulk: VecDeque<T>,
    open: bool,
}

impl<T> Lanes<T> {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                interactive: VecDeque::new(),
                bulk: VecDeque::new(),
                open: true,
            }),
            changed: Condvar::new(),
        }
    }

    /// Adds work; after [`Lanes::close`] it is dropped at once.
    pub(crate) fn push(&self, priority: Priority, work: T) {
        let mut state = self.lock();
        if state.open {
            match priority {
                Priority::Interactive => state.interactive.push_back(work),
                Priority::Bulk => state.bulk.push_back(work),
            }
            drop(state);
            self.changed.notify_one();
        }
    }

    /// Waits for work; `None` once closed.
    pub(crate) fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if !state.open {
                return None;
            }
            if let Some(work) = state.interactive.pop_front() {
                return Some(work);
            }
            if let Some(work) = state.bulk.pop_front() {
                return Some(work);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends the lanes and drops the work in them.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.open = false;
        let left = (
            std::mem::take(&mut state.interactive),
            std::mem::take(&mut state.bulk),
        );
        // The work goes outside the lock: what it holds may wake other threads.
        drop(state);
        drop(left);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Lanes;
    use crate::Priority;

    #[test]
    fn interactive_work_overtakes_bulk_work() {
        let lanes = Lanes::new();
        lanes.push(Priority::Bulk, 1);
        lanes.push(Priority::Interactive, 2);

        assert_eq!((lanes.pop(), lanes.pop()), (Some(2), Some(1)));
    }

    #[test]
    fn closed_lanes_give_and_take_nothing() {
        let lanes = Lanes::new();
        lanes.push(Priority::Bulk, 1);

        lanes.close();
        lanes.push(Priority::Bulk, 2);

        assert_eq!(lanes.pop(), None);
    }
}
