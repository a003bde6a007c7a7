//! Requests that this gateway has taken out of a shared limit ahead of time, so that not every one of them asks Redis.
//!
//! Whoever asks rarely takes one at a time. Whoever uses up what was taken within a second takes four times as many the next time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Taken;
use super::shared::Given;

/// How long requests may be admitted after they were counted.
const VALID: Duration = Duration::from_secs(1);
/// Most requests that are taken at once.
const LARGEST: u32 = 64;
/// Most callers remembered; beyond, those whose time is over are forgotten, and if that does not help, everyone takes one at a time.
const MAX_CALLERS: usize = 100_000;

/// What one caller has been given.
#[derive(Clone, Copy, Debug)]
struct Lease {
    left: u32,
    size: u32,
    remaining: u64,
    resets_at: Instant,
    slot: u64,
    taken_at: Instant,
}

/// What to ask Redis for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// Requests to take.
    pub(super) want: u32,
    /// Requests to give back, and the slot they were counted in.
    pub(super) unused: (u32, u64),
}

/// The leases of this process.
#[derive(Debug, Default)]
pub(super) struct Leases(Mutex<HashMap<String, Lease>>);

impl Leases {
    /// Admits or refuses with what is at hand, or says what to ask for.
    pub(super) fn take(&self, key: &str, now: Instant) -> Result<Taken, Wish> {
        let mut leases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lease) = leases.get_mut(key) else {
            return Err(Wish {
                want: 1,
                unused: (0, 0),
            });
        };
        let is_valid = now.duration_since(lease.taken_at) < VALID && now < lease.resets_at;
        if is_valid && (lease.left > 0 || lease.size == 0) {
            let admitted = lease.left > 0;
            lease.left = lease.left.saturating_sub(1);
            return Ok(Taken {
                admitted,
                remaining: lease.remaining + u64::from(lease.left),
                resets_in: lease.resets_at.duration_since(now),
            });
        }
        let wish = Wish {
            want: if is_valid {
                lease.size.saturating_mul(4).clamp(1, LARGEST)
            } else {
                1
            },
            unused: (lease.left, lease.slot),
        };
        // Given back once, whoever asks next.
        lease.left = 0;
        Err(wish)
    }

    /// Keeps what was given, less the one request that was asked for.
    pub(super) fn keep(&self, key: &str, given: Given, now: Instant) -> Taken {
        let mut leases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if leases.len() >= MAX_CALLERS && !leases.contains_key(key) {
            leases.retain(|_, lease| now.duration_since(lease.taken_at) < VALID);
        }
        let left = given.given.saturating_sub(1);
        let fits = leases.len() < MAX_CALLERS || leases.contains_key(key);
        if fits {
            let lease = Lease {
                left,
                size: given.given,
                remaining: given.remaining,
                resets_at: now + given.resets_in,
                slot: given.slot,
                taken_at: now,
            };
            leases
                .entry(key.to_owned())
                // Two that have asked at the same moment share what they were given.
                .and_modify(|held| {
                    let same = held.slot == lease.slot && held.left > 0;
                    let before = if same { held.left } else { 0 };
                    *held = lease;
                    held.left += before;
                })
                .or_insert(lease);
        }
        Taken {
            admitted: given.given > 0,
            remaining: given.remaining + u64::from(left),
            resets_in: given.resets_in,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(given: u32) -> Given {
        Given {
            given,
            remaining: 500,
            resets_in: Duration::from_secs(60),
            slot: 9,
        }
    }

    #[test]
    fn a_busy_caller_takes_more_and_an_idle_one_gives_back() {
        let leases = Leases::default();
        let now = Instant::now();
        let cold = leases.take("a", now).unwrap_err();
        assert_eq!(cold.want, 1);
        leases.keep("a", given(1), now);
        let warm = leases.take("a", now).unwrap_err();
        assert_eq!(warm.want, 4);
        assert_eq!(leases.keep("a", given(4), now).remaining, 503);

        let admitted = leases.take("a", now).unwrap();
        assert_eq!((admitted.admitted, admitted.remaining), (true, 502));
        let idle = leases.take("a", now + VALID).unwrap_err();
        assert_eq!(
            idle,
            Wish {
                want: 1,
                unused: (2, 9)
            }
        );
        let twice = leases.take("a", now + VALID).unwrap_err();
        assert_eq!(twice.unused.0, 0, "given back once");
    }

    #[test]
    fn a_refusal_holds_for_a_moment_without_asking_again() {
        let leases = Leases::default();
        let now = Instant::now();
        assert!(!leases.keep("a", given(0), now).admitted);

        assert!(!leases.take("a", now).unwrap().admitted);
        assert!(leases.take("a", now + VALID).is_err());
    }

    #[test]
    fn nobody_takes_more_than_the_largest_lease() {
        let leases = Leases::default();
        let now = Instant::now();
        leases.keep("a", given(LARGEST), now);
        for _ in 1..LARGEST {
            assert!(leases.take("a", now).unwrap().admitted);
        }

        assert_eq!(leases.take("a", now).unwrap_err().want, LARGEST);
    }
}
