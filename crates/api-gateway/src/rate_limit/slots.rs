//! A sliding window: time is cut into slots, and whatever lies in a slot that reaches into the last window counts.
//!
//! The oldest slot counts in full although only its end may be inside. So never more than the limit is admitted in any window, wherever
//! it begins; the price is that what was spent comes back up to a sixtieth of a window late.

use std::time::Duration;

/// Slots of one window.
const SLOTS: u64 = 60;

/// How time is cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slots {
    window: u64,
    size: u64,
}

impl Slots {
    pub(super) fn of(window: Duration) -> Self {
        let window = millis(window).max(1);
        Self {
            window,
            size: (window / SLOTS).max(1),
        }
    }

    /// Length of the window in milliseconds.
    pub(super) const fn window(self) -> u64 {
        self.window
    }

    /// Length of a slot in milliseconds.
    pub(super) const fn size(self) -> u64 {
        self.size
    }

    /// The slot of a moment.
    pub(super) const fn current(self, now: u64) -> u64 {
        now / self.size
    }

    /// The oldest slot that reaches into the window which ends at a moment.
    pub(super) const fn oldest(self, now: u64) -> u64 {
        now.saturating_sub(self.window) / self.size
    }

    /// Time until a slot has left the window.
    pub(super) const fn leaves_in(self, slot: u64, now: u64) -> Duration {
        let end = (slot + 1) * self.size + self.window;
        Duration::from_millis(end.saturating_sub(now))
    }
}

/// A duration in whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
