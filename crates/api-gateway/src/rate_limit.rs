//! Who has asked how often: counted in Redis for all gateways together, in this process while Redis is away.

mod lease;
mod local;
mod shared;
mod slots;

use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use domain::id::UserId;
use metrics::{Counter, counter};
use sha2::{Digest as _, Sha256};

use self::lease::Leases;
use self::local::LocalCounters;
use self::slots::{Slots, millis};
use crate::address::network_of;
use crate::redis::SharedRedis;
use crate::settings::LimitSettings;

/// While Redis is away every gateway counts for itself, so each grants only this part of the limit.
const PART_WITHOUT_REDIS: u32 = 4;

/// A campus behind one address refreshes so many sessions as often as one may.
const SESSIONS_OF_AN_ADDRESS: u32 = 50;

/// Characters of a refresh token that stay the same for a session: `bccbr_` and eight bytes in hexadecimal.
const SESSION_TAG: usize = 22;

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Budget {
    /// Everything a signed-in person asks.
    Person,
    /// Everything that is asked without a token.
    Anonymous,
    /// Guessing passwords: one step of signing in, by its name.
    Auth(&'static str),
    /// Refreshing sessions from one address; each session has a budget of its own beside it.
    Refreshes,
}

impl Budget {
    /// Name of the policy in the `RateLimit` fields.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Person => "user",
            Self::Anonymous => "anonymous",
            Self::Auth(step) => step,
            Self::Refreshes => "refreshes",
        }
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A person.
    Person(UserId),
    /// An address; those whose address is unknown count as one.
    Address(Option<IpAddr>),
    /// A session, by a part of the hash of its tag.
    Session(u128),
}

impl Subject {
    /// The session of a refresh token: its beginning, which all tokens of the session share.
    pub(crate) fn of_refresh_token(token: &str) -> Self {
        let tag = token.get(..SESSION_TAG).unwrap_or(token);
        let digest: [u8; 32] = Sha256::digest(tag.as_bytes()).into();
        let part = digest.first_chunk().copied().unwrap_or_default();
        Self::Session(u128::from_be_bytes(part))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => user.fmt(formatter),
            Self::Address(Some(address)) => network_of(*address).fmt(formatter),
            Self::Address(None) => formatter.write_str("unknown"),
            Self::Session(part) => write!(formatter, "{part:032x}"),
        }
    }
}

/// Whether one request was taken out of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Taken {
    admitted: bool,
    /// Requests left in the window.
    remaining: u64,
    /// Time until what was spent first comes back.
    resets_in: Duration,
}

/// The answer to "may this one ask again?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Which budget was touched.
    pub(crate) budget: Budget,
    /// Requests in a window.
    pub(crate) limit: u32,
    /// Requests left in the window that ends now.
    pub(crate) remaining: u64,
    /// Time until what was spent first comes back.
    pub(crate) resets_in: Duration,
    /// Length of the window.
    pub(crate) window: Duration,
    /// False when the budget is spent.
    pub(crate) admitted: bool,
}

/// Counts requests.
pub(crate) struct RateLimiter {
    settings: LimitSettings,
    slots: Slots,
    redis: Option<SharedRedis>,
    leases: Leases,
    local: LocalCounters,
    begun: Instant,
    fallbacks: Counter,
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RateLimiter")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl RateLimiter {
    pub(crate) fn new(settings: LimitSettings, redis: Option<SharedRedis>) -> Self {
        Self {
            settings,
            slots: Slots::of(settings.window),
            redis,
            leases: Leases::default(),
            local: LocalCounters::new(settings.window),
            begun: Instant::now(),
            fallbacks: counter!("rate_limit_fallback_total"),
        }
    }

    /// Counts one request.
    pub(crate) async fn count(&self, budget: Budget, subject: Subject) -> Verdict {
        let key = format!("bccb:window:{}:{subject}", budget.name());
        let mut limit = self.limit(budget);
        let taken = match self.take_shared(&key, limit).await {
            Some(taken) => taken,
            None => {
                if self.redis.is_some() {
                    limit = (limit / PART_WITHOUT_REDIS).max(1);
                }
                let now = millis(self.begun.elapsed());
                self.local.take(&key, limit, now)
            }
        };
        Verdict {
            budget,
            limit,
            remaining: taken.remaining,
            resets_in: taken.resets_in,
            window: self.settings.window,
            admitted: taken.admitted,
        }
    }

    /// `None` while there is no Redis, or it is away, or slow.
    async fn take_shared(&self, key: &str, limit: u32) -> Option<Taken> {
        let redis = self.redis.as_ref()?;
        let wish = match self.leases.take(key, Instant::now()) {
            Ok(taken) => return Some(taken),
            Err(wish) => wish,
        };
        let asked = shared::take(redis, key, (self.slots, limit), wish.want, wish.unused).await;
        match asked {
            Ok(given) => Some(self.leases.keep(key, given, Instant::now())),
            Err(error) => {
                self.fallbacks.increment(1);
                tracing::debug!(%error, "limits are counted in this process");
                None
            }
        }
    }

    const fn limit(&self, budget: Budget) -> u32 {
        match budget {
            Budget::Person => self.settings.person,
            Budget::Anonymous => self.settings.anonymous,
            Budget::Auth(_) => self.settings.auth,
            Budget::Refreshes => self.settings.auth.saturating_mul(SESSIONS_OF_AN_ADDRESS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(redis: Option<SharedRedis>) -> RateLimiter {
        let settings = LimitSettings {
            window: Duration::from_secs(3_600),
            person: 10,
            anonymous: 4,
            auth: 2,
        };
        RateLimiter::new(settings, redis)
    }

    #[tokio::test]
    async fn exactly_the_limit_is_admitted_and_budgets_are_apart() {
        let limiter = limiter(None);
        let visitor = Subject::Address(Some("203.0.113.9".parse().unwrap()));

        for remaining in [3, 2, 1, 0] {
            let verdict = limiter.count(Budget::Anonymous, visitor).await;
            assert_eq!((verdict.admitted, verdict.remaining), (true, remaining));
        }
        assert!(!limiter.count(Budget::Anonymous, visitor).await.admitted);
        assert!(limiter.count(Budget::Auth("login"), visitor).await.admitted);
        let other = Subject::Address(Some("203.0.113.10".parse().unwrap()));
        assert!(limiter.count(Budget::Anonymous, other).await.admitted);
    }

    #[tokio::test]
    async fn with_redis_away_the_limit_is_stricter_and_never_open() {
        let away = SharedRedis::at("redis://127.0.0.1:1", 0, Duration::from_millis(50)).unwrap();
        let limiter = limiter(Some(away));
        let visitor = Subject::Address(None);

        let verdicts = [
            limiter.count(Budget::Anonymous, visitor).await,
            limiter.count(Budget::Anonymous, visitor).await,
        ];

        assert_eq!(verdicts.map(|verdict| verdict.admitted), [true, false]);
        assert_eq!(verdicts[0].limit, 1);
    }
}
