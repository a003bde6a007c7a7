//! How far the index follows the catalogue, for health, metrics and the index service.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use domain::Failure;
use serde::Serialize;

/// State of the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Feed {
    /// Not connected.
    Disconnected,
    /// The snapshot is being read.
    Snapshot,
    /// Changes come as they happen.
    Live,
}

/// Counters that the follower and the backlog write and anybody may read.
#[derive(Debug)]
pub(crate) struct Progress {
    /// The state, and when it was last live: when the process began if it never was.
    feed: Mutex<(Feed, Instant)>,
    has_snapshot: AtomicBool,
    backlog: AtomicUsize,
    passage_backlog: AtomicUsize,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            feed: Mutex::new((Feed::Disconnected, Instant::now())),
            has_snapshot: AtomicBool::new(false),
            backlog: AtomicUsize::new(0),
            passage_backlog: AtomicUsize::new(0),
        }
    }

    /// The state of the feed.
    pub(crate) fn feed(&self) -> Feed {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Records the state of the feed.
    pub(crate) fn set_feed(&self, feed: Feed) {
        let mut known = self.feed.lock().unwrap_or_else(PoisonError::into_inner);
        // A try to connect again that fails does not make the index younger.
        let since = match known.0 {
            Feed::Live => Instant::now(),
            Feed::Disconnected | Feed::Snapshot => known.1,
        };
        *known = (feed, since);
        drop(known);
        if feed == Feed::Live {
            self.has_snapshot.store(true, Ordering::Release);
        }
    }

    /// Seconds since the feed was last live; 0 while it is.
    pub(crate) fn lag_seconds(&self) -> f64 {
        let (feed, since) = *self.feed.lock().unwrap_or_else(PoisonError::into_inner);
        match feed {
            Feed::Live => 0.0,
            Feed::Disconnected | Feed::Snapshot => since.elapsed().as_secs_f64(),
        }
    }

    /// Offers that cannot be found by meaning yet.
    pub(crate) fn backlog(&self) -> usize {
        self.backlog.load(Ordering::Acquire)
    }

    /// Offers that can be found, and whose outcomes or topics have no vectors yet.
    pub(crate) fn passage_backlog(&self) -> usize {
        self.passage_backlog.load(Ordering::Acquire)
    }

    /// Records the offers that wait for their content vector, and those that wait for the vectors of their passages.
    pub(crate) fn set_backlog(&self, content: usize, passages: usize) {
        self.backlog.store(content, Ordering::Release);
        self.passage_backlog.store(passages, Ordering::Release);
    }

    /// Refuses until the first snapshot has been read: before, an absent object may only not have been read yet.
    pub(crate) fn require_snapshot(&self) -> Result<(), Failure> {
        if self.has_snapshot.load(Ordering::Acquire) {
            return Ok(());
        }
        Err(Failure::unavailable("the catalogue is still being read"))
    }

    /// Whether the snapshot has been read and nothing waits.
    pub(crate) fn is_caught_up(&self) -> bool {
        self.has_snapshot.load(Ordering::Acquire)
            && self.backlog() == 0
            && self.passage_backlog() == 0
    }
}

#[cfg(test)]
mod tests {
    use domain::ErrorKind;

    use super::*;

    #[test]
    fn the_first_snapshot_is_required_once_and_for_all() {
        let progress = Progress::new();
        for feed in [Feed::Disconnected, Feed::Snapshot] {
            progress.set_feed(feed);
            let refused = progress.require_snapshot().unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Unavailable);
            assert!(refused.retry_after.is_some());
        }

        for feed in [Feed::Live, Feed::Disconnected, Feed::Snapshot] {
            progress.set_feed(feed);
            assert!(progress.require_snapshot().is_ok(), "{feed:?}");
        }
    }

    #[test]
    fn only_leaving_live_begins_the_lag_anew() {
        let progress = Progress::new();
        let since = || progress.feed.lock().unwrap().1;
        let begun = since();
        progress.set_feed(Feed::Snapshot);
        progress.set_feed(Feed::Disconnected);
        assert_eq!(since(), begun, "never live");
        progress.set_feed(Feed::Live);
        assert!(progress.lag_seconds() <= 0.0);

        progress.set_feed(Feed::Disconnected);
        let left = since();
        assert!(left > begun);
        for feed in [Feed::Snapshot, Feed::Disconnected, Feed::Disconnected] {
            progress.set_feed(feed);
            assert_eq!(since(), left, "{feed:?}");
        }
    }
}
