//! Whether changes that others make are heard of.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the feed may be broken before nothing counts as fresh: others' changes are promised to be seen within a second.
const GRACE: Duration = Duration::from_millis(800);

/// Whether the feed is connected.
#[derive(Debug)]
pub(super) struct FeedState(Mutex<State>);

#[derive(Clone, Copy, Debug)]
enum State {
    Connected,
    /// Since then; `None`: it never was connected.
    Broken(Option<Instant>),
}

impl FeedState {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(State::Broken(None)))
    }

    /// The feed is connected from now on, or not any more.
    pub(super) fn set(&self, connected: bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match (connected, *state) {
            (true, _) => State::Connected,
            (false, State::Connected) => State::Broken(Some(Instant::now())),
            (false, broken @ State::Broken(_)) => broken,
        };
    }

    /// Whether what is kept can be trusted to be dropped when it changes.
    pub(super) fn is_trusted(&self) -> bool {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Connected => true,
            State::Broken(Some(since)) => since.elapsed() < GRACE,
            State::Broken(None) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_feed_that_was_connected_is_trusted_and_a_failed_try_does_not_prolong_it() {
        let feed = FeedState::new();
        assert!(!feed.is_trusted());
        feed.set(true);
        assert!(feed.is_trusted());

        let long_ago = Instant::now().checked_sub(2 * GRACE).unwrap();
        *feed.0.lock().unwrap() = State::Broken(Some(long_ago));
        feed.set(false);

        assert!(!feed.is_trusted());
    }
}
