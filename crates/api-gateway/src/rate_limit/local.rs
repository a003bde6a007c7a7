//! Counters of this process, in bounded memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Count;

/// Most callers that are counted one by one.
const MAX_CALLERS: usize = 100_000;
/// Name of the counter that all further callers share.
const CROWD: &str = "crowd";

/// Counters with fixed windows.
#[derive(Debug)]
pub(crate) struct LocalCounters {
    window: Duration,
    most: usize,
    counters: Mutex<HashMap<String, Window>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    began: Instant,
    used: u64,
}

impl LocalCounters {
    pub(crate) fn new(window: Duration) -> Self {
        Self::bounded(window, MAX_CALLERS)
    }

    fn bounded(window: Duration, most: usize) -> Self {
        Self {
            window,
            most,
            counters: Mutex::new(HashMap::new()),
        }
    }

    /// Counts one request.
    ///
    /// When memory is full and no window has ended, new callers share one counter: stricter, never open.
    pub(crate) fn count(&self, key: &str, now: Instant) -> Count {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= self.most && !counters.contains_key(key) {
            counters.retain(|_, window| now.duration_since(window.began) < self.window);
        }
        let key = if counters.len() >= self.most && !counters.contains_key(key) {
            CROWD
        } else {
            key
        };
        let window = counters.entry(key.to_owned()).or_insert(Window {
            began: now,
            used: 0,
        });
        if now.duration_since(window.began) >= self.window {
            *window = Window {
                began: now,
                used: 0,
            };
        }
        window.used += 1;
        Count {
            used: window.used,
            left: self.window.saturating_sub(now.duration_since(window.began)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(60);

    #[test]
    fn a_window_ends_and_the_next_begins() {
        let counters = LocalCounters::new(WINDOW);
        let now = Instant::now();

        assert_eq!(counters.count("a", now).used, 1);
        let later = counters.count("a", now + Duration::from_secs(59));
        assert_eq!((later.used, later.left), (2, Duration::from_secs(1)));
        assert_eq!(counters.count("a", now + WINDOW).used, 1);
    }

    #[test]
    fn memory_is_bounded_and_the_crowd_shares_a_counter() {
        let counters = LocalCounters::bounded(WINDOW, 2);
        let now = Instant::now();
        counters.count("a", now);
        counters.count("b", now);

        let used: Vec<u64> = ["c", "d", "e"]
            .iter()
            .map(|key| counters.count(key, now).used)
            .collect();

        assert_eq!(used, [1, 2, 3]);
        assert_eq!(counters.count("a", now).used, 2);
        assert_eq!(counters.count("c", now + WINDOW).used, 1);
        assert!(counters.counters.lock().unwrap().len() <= 3);
    }
}
