//! Counters of this process, in bounded memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Taken;
use super::slots::Slots;

/// Most callers that are counted one by one.
const MAX_CALLERS: usize = 100_000;
/// Name of the counter that all further callers share.
const CROWD: &str = "crowd";

/// Counters with sliding windows.
#[derive(Debug)]
pub(super) struct LocalCounters {
    slots: Slots,
    most: usize,
    counters: Mutex<HashMap<String, Vec<Slot>>>,
}

/// What was spent in one slot.
#[derive(Clone, Copy, Debug)]
struct Slot {
    number: u64,
    used: u64,
}

impl LocalCounters {
    pub(super) fn new(window: Duration) -> Self {
        Self::bounded(window, MAX_CALLERS)
    }

    fn bounded(window: Duration, most: usize) -> Self {
        Self {
            slots: Slots::of(window),
            most,
            counters: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one request out of a limit, if there is one left; `now` is in milliseconds.
    ///
    /// When memory is full and no window has ended, new callers share one counter: stricter, never open.
    pub(super) fn take(&self, key: &str, limit: u32, now: u64) -> Taken {
        let oldest = self.slots.oldest(now);
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= self.most && !counters.contains_key(key) {
            counters.retain(|_, slots| slots.last().is_some_and(|slot| slot.number >= oldest));
        }
        let key = if counters.len() >= self.most && !counters.contains_key(key) {
            CROWD
        } else {
            key
        };
        let slots = counters.entry(key.to_owned()).or_default();
        slots.retain(|slot| slot.number >= oldest);
        let used: u64 = slots.iter().map(|slot| slot.used).sum();
        let left = u64::from(limit).saturating_sub(used);
        let current = self.slots.current(now);
        if left > 0 {
            match slots.last_mut() {
                Some(slot) if slot.number == current => slot.used += 1,
                Some(_) | None => slots.push(Slot {
                    number: current,
                    used: 1,
                }),
            }
        }
        let first = slots.first().map_or(current, |slot| slot.number);
        Taken {
            admitted: left > 0,
            remaining: left.saturating_sub(1),
            resets_in: self.slots.leaves_in(first, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(60);
    const SECOND: u64 = 1_000;

    #[test]
    fn never_more_than_the_limit_in_any_window() {
        let counters = LocalCounters::new(WINDOW);
        let limit = 7;
        let mut admitted = Vec::new();
        // Bursts at every phase of the slots, for ten windows.
        for step in 0..2_000_u64 {
            let now = step * 311;
            for _ in 0..3 {
                if counters.take("a", limit, now).admitted {
                    admitted.push(now);
                }
            }
        }

        for from in &admitted {
            let within = admitted
                .iter()
                .filter(|at| (*from..from + 60 * SECOND).contains(*at));
            assert!(within.count() <= 7, "from {from}");
        }
        assert!(admitted.len() >= 7 * 9, "{}", admitted.len());
    }

    #[test]
    fn what_was_spent_comes_back_when_it_was_said() {
        let counters = LocalCounters::new(WINDOW);
        assert!(counters.take("a", 1, 10 * SECOND).admitted);

        let refused = counters.take("a", 1, 20 * SECOND);

        assert!(!refused.admitted);
        let again = 20 * SECOND + super::super::slots::millis(refused.resets_in);
        assert!(!counters.take("a", 1, again - 1).admitted);
        assert!(counters.take("a", 1, again).admitted);
    }

    #[test]
    fn memory_is_bounded_and_the_crowd_shares_a_counter() {
        let counters = LocalCounters::bounded(WINDOW, 2);
        counters.take("a", 9, 0);
        counters.take("b", 9, 0);

        let left: Vec<u64> = ["c", "d", "e"]
            .iter()
            .map(|key| counters.take(key, 9, 0).remaining)
            .collect();

        assert_eq!(left, [8, 7, 6]);
        assert_eq!(counters.take("a", 9, 0).remaining, 7);
        assert_eq!(counters.take("c", 9, 200 * SECOND).remaining, 8);
        assert!(counters.counters.lock().unwrap().len() <= 3);
    }
}
