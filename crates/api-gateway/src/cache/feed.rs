//! Whether changes that others make are heard of.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the feed may be silent before nothing counts as fresh: others' changes are promised to be seen within a second.
const GRACE: Duration = Duration::from_millis(800);

/// When it was last known that every change had been heard of; `None`: never yet.
#[derive(Debug, Default)]
pub(super) struct FeedState(Mutex<Option<Instant>>);

impl FeedState {
    /// Every change up to now has been heard of.
    pub(super) fn up_to_date(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether what is kept can be trusted to be dropped when it changes.
    pub(super) fn is_trusted(&self) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() < GRACE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_feed_that_was_heard_a_moment_ago_is_trusted() {
        let feed = FeedState::default();
        assert!(!feed.is_trusted());
        feed.up_to_date();
        assert!(feed.is_trusted());

        let long_ago = Instant::now().checked_sub(2 * GRACE).unwrap();
        *feed.0.lock().unwrap() = Some(long_ago);

        assert!(!feed.is_trusted());
    }
}
