//! A circuit breaker: after a few failures in a row nobody waits any more, and one request at a time finds out whether it is over.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row that open it.
const FAILURES: u32 = 3;
/// How long nothing is tried once it is open.
const REST: Duration = Duration::from_secs(1);

/// Whether something that fails is asked.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Everything is tried; so many have failed in a row.
    Closed(u32),
    /// Nothing is tried until then.
    Open(Instant),
    /// One is on its way to find out, since then.
    Probing(Instant),
}

impl Default for State {
    fn default() -> Self {
        Self::Closed(0)
    }
}

impl State {
    /// Value of the metric `redis_breaker_state`.
    const fn number(self) -> f64 {
        match self {
            Self::Closed(_) => 0.0,
            Self::Probing(_) => 1.0,
            Self::Open(_) => 2.0,
        }
    }
}

/// Permission to try once.
#[derive(Debug)]
pub(super) struct Attempt<'breaker>(&'breaker Breaker);

impl Breaker {
    /// Permission to try, unless it is open.
    pub(super) fn attempt(&self) -> Option<Attempt<'_>> {
        self.attempt_at(Instant::now())
    }

    fn attempt_at(&self, now: Instant) -> Option<Attempt<'_>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Closed(_) => {}
            // A probe that was dropped on its way counts as over after the same rest.
            State::Open(until) | State::Probing(until) if now >= until => {
                self.enter(&mut state, State::Probing(now + REST));
            }
            State::Open(_) | State::Probing(_) => return None,
        }
        Some(Attempt(self))
    }

    fn failed_at(&self, now: Instant) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let next = match *state {
            State::Closed(before) if before + 1 < FAILURES => State::Closed(before + 1),
            // Others that were on their way when it opened.
            State::Open(until) => State::Open(until),
            State::Closed(_) | State::Probing(_) => State::Open(now + REST),
        };
        let opened = matches!((*state, next), (State::Closed(_), State::Open(_)));
        self.enter(&mut state, next);
        opened
    }

    fn enter(&self, state: &mut State, next: State) {
        *state = next;
        metrics::gauge!("redis_breaker_state").set(next.number());
    }
}

impl Attempt<'_> {
    /// It went well.
    pub(super) fn succeeded(self) {
        let breaker = self.0;
        let mut state = breaker.state.lock().unwrap_or_else(PoisonError::into_inner);
        if *state != State::Closed(0) {
            breaker.enter(&mut state, State::Closed(0));
        }
    }

    /// It failed; says whether this has opened the breaker.
    pub(super) fn failed(self) -> bool {
        self.0.failed_at(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_a_few_failures_and_lets_one_find_out() {
        let breaker = Breaker::default();
        let now = Instant::now();
        let failures: Vec<bool> = (0..3).map(|_| breaker.failed_at(now)).collect();

        assert_eq!(failures, [false, false, true]);
        assert!(breaker.attempt_at(now).is_none());
        let later = now + REST;
        let probe = breaker.attempt_at(later).unwrap();
        assert!(breaker.attempt_at(later).is_none(), "one probe at a time");
        probe.succeeded();
        assert!(breaker.attempt_at(later).is_some());
        assert!(breaker.attempt_at(later).is_some());
    }

    #[test]
    fn a_probe_that_fails_or_is_lost_means_another_rest() {
        let breaker = Breaker::default();
        let now = Instant::now();
        for _ in 0..3 {
            breaker.failed_at(now);
        }

        assert!(breaker.attempt_at(now + REST).is_some(), "lost on its way");
        assert!(breaker.attempt_at(now + REST).is_none());
        assert!(breaker.attempt_at(now + 2 * REST).is_some());
        breaker.failed_at(now + 2 * REST);
        assert!(breaker.attempt_at(now + 2 * REST).is_none());
        assert!(breaker.attempt_at(now + 3 * REST).is_some());
    }

    #[test]
    fn a_success_in_between_keeps_it_closed() {
        let breaker = Breaker::default();
        let now = Instant::now();
        for _ in 0..5 {
            breaker.failed_at(now);
            breaker.failed_at(now);
            breaker.attempt_at(now).unwrap().succeeded();
        }

        assert!(breaker.attempt_at(now).is_some());
    }
}
