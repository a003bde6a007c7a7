//! When to try again, and when trying again would make things worse.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// One token, in thousandths.
const TOKEN: u32 = 1_000;

/// Limits retries to a share of the successes, as gRPC proposal A6 does.
///
/// A failure costs one token, a success returns a tenth; below half of the ten tokens nothing is retried. A
/// dead upstream therefore receives a handful of retries and then none, until it answers again.
#[derive(Clone, Debug)]
pub struct RetryBudget {
    thousandths: Arc<AtomicU32>,
    maximum: u32,
    returned: u32,
}

impl RetryBudget {
    /// Starts full: ten tokens, a tenth returned per success.
    #[must_use]
    pub fn new() -> Self {
        let maximum = 10 * TOKEN;
        Self {
            thousandths: Arc::new(AtomicU32::new(maximum)),
            maximum,
            returned: TOKEN / 10,
        }
    }

    /// Records a call that succeeded.
    pub fn record_success(&self) {
        self.change(|tokens| tokens.saturating_add(self.returned).min(self.maximum));
    }

    /// Records a call that failed in a way worth retrying; tells whether a retry is affordable.
    #[must_use]
    pub fn record_failure(&self) -> bool {
        self.change(|tokens| tokens.saturating_sub(TOKEN)) > self.maximum / 2
    }

    /// Applies a change and returns what is left after it.
    fn change(&self, change: impl Fn(u32) -> u32) -> u32 {
        // The closure never declines, so both arms hold the value before the change.
        let before = self
            .thousandths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
                Some(change(tokens))
            })
            .unwrap_or_else(|unchanged| unchanged);
        change(before)
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new()
    }
}

/// See [`random_backoff`]; `fraction` is the random number, in 0..1.
fn backoff(attempt: u32, fraction: f64) -> Duration {
    const BASE: Duration = Duration::from_millis(100);
    const CEILING: Duration = Duration::from_secs(1);
    let doublings = 2_u32.saturating_pow(attempt.min(16));
    let ceiling = BASE.saturating_mul(doublings).min(CEILING);
    let fraction = if fraction.is_finite() {
        fraction.clamp(0.0, 1.0)
    } else {
        1.0
    };
    ceiling.mul_f64(fraction)
}

/// How long to wait between tries: full jitter up to 100 ms · 2^attempt, at most one second. `attempt` counts from 0.
#[must_use]
pub fn random_backoff(attempt: u32) -> Duration {
    backoff(attempt, rand::random())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{RetryBudget, backoff, random_backoff};

    #[test]
    fn retries_stop_at_half_of_the_budget() {
        let budget = RetryBudget::new();

        let allowed = (0..10).filter(|_| budget.record_failure()).count();

        assert_eq!(allowed, 4, "9, 8, 7 and 6 tokens are more than half");
    }

    #[test]
    fn ten_successes_buy_one_retry() {
        let budget = RetryBudget::new();
        while budget.record_failure() {}
        for _ in 0..10 {
            budget.record_success();
        }
        assert!(!budget.record_failure(), "6 tokens less one");

        for _ in 0..20 {
            budget.record_success();
        }

        assert!(budget.record_failure(), "7 tokens less one");
        assert!(!budget.record_failure(), "5 tokens");
    }

    #[test]
    fn the_budget_never_exceeds_its_maximum() {
        let budget = RetryBudget::new();

        for _ in 0..1_000 {
            budget.record_success();
        }

        assert_eq!((0..10).filter(|_| budget.record_failure()).count(), 4);
    }

    #[test]
    fn backoff_doubles_up_to_one_second() {
        let longest: Vec<_> = (0..6)
            .map(|attempt| backoff(attempt, 1.0).as_millis())
            .collect();

        assert_eq!(longest, [100, 200, 400, 800, 1_000, 1_000]);
        assert_eq!(backoff(u32::MAX, 1.0), Duration::from_secs(1));
        assert_eq!(backoff(3, 0.0), Duration::ZERO);
        assert_eq!(backoff(0, f64::NAN), Duration::from_millis(100));
        assert!(random_backoff(0) <= Duration::from_millis(100));
    }
}
