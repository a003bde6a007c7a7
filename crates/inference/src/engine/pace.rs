//! How fast the model is, for honest answers to "when shall I come back?".

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Keeps a moving average of the time per padded token.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    nanoseconds_per_token: AtomicU64,
}

impl Pace {
    /// Takes one run into account, with a weight of one eighth.
    ///
    /// Written by one thread; readers only need a recent value.
    pub(crate) fn record(&self, padded_tokens: usize, time: Duration) {
        let tokens = u64::try_from(padded_tokens.max(1)).unwrap_or(u64::MAX);
        let latest = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) / tokens;
        let before = self.nanoseconds_per_token.load(Ordering::Relaxed);
        let next = if before == 0 {
            latest
        } else {
            before - before / 8 + latest / 8
        };
        self.nanoseconds_per_token.store(next, Ordering::Relaxed);
    }

    /// Estimates the time that so many tokens take.
    pub(crate) fn time_for(&self, tokens: usize) -> Duration {
        let each = self.nanoseconds_per_token.load(Ordering::Relaxed);
        let tokens = u64::try_from(tokens).unwrap_or(u64::MAX);
        Duration::from_nanos(each.saturating_mul(tokens))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Pace;

    #[test]
    fn the_estimate_follows_the_runs() {
        let pace = Pace::default();
        pace.record(100, Duration::from_millis(10));
        assert_eq!(pace.time_for(1_000), Duration::from_millis(100));

        for _ in 0..100 {
            pace.record(100, Duration::from_millis(20));
        }

        assert!(pace.time_for(1_000) > Duration::from_millis(190));
    }
}
