//! Who has asked how often: counted in Redis for all gateways together, in this process while Redis is away.

pub(crate) mod local;
pub(crate) mod redis;

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::id::UserId;

use self::local::LocalCounters;
use self::redis::SharedRedis;
use crate::address::network_of;
use crate::settings::LimitSettings;

/// How long Redis is left alone after it failed.
const PAUSE: Duration = Duration::from_secs(1);
/// While Redis is away every gateway counts for itself, so each grants only this part of the limit.
const PART_WITHOUT_REDIS: u32 = 2;

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Budget {
    /// Everything a signed-in person asks.
    Person,
    /// Everything that is asked without a token.
    Anonymous,
    /// Guessing passwords: one step of signing in, by its name.
    Auth(&'static str),
}

impl Budget {
    /// Name of the policy in the `RateLimit` fields.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Person => "user",
            Self::Anonymous => "anonymous",
            Self::Auth(step) => step,
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
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => user.fmt(formatter),
            Self::Address(Some(address)) => network_of(*address).fmt(formatter),
            Self::Address(None) => formatter.write_str("unknown"),
        }
    }
}

/// One window of one counter, after this request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    /// Requests in the window so far.
    pub(crate) used: u64,
    /// Time until the window ends.
    pub(crate) left: Duration,
}

/// The answer to "may this one ask again?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Which budget was touched.
    pub(crate) budget: Budget,
    /// Requests in a window.
    pub(crate) limit: u32,
    /// Requests left in this one.
    pub(crate) remaining: u64,
    /// Time until the window ends.
    pub(crate) resets_in: Duration,
    /// Length of the window.
    pub(crate) window: Duration,
    /// False when the budget is spent.
    pub(crate) admitted: bool,
}

/// Counts requests.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    settings: LimitSettings,
    redis: Option<SharedRedis>,
    local: LocalCounters,
    begun: Instant,
    paused_until_ms: AtomicU64,
}

impl RateLimiter {
    pub(crate) fn new(settings: LimitSettings, redis: Option<SharedRedis>) -> Self {
        Self {
            settings,
            redis,
            local: LocalCounters::new(settings.window),
            begun: Instant::now(),
            paused_until_ms: AtomicU64::new(0),
        }
    }

    /// Counts one request.
    pub(crate) async fn count(&self, budget: Budget, subject: Subject) -> Verdict {
        let key = format!("bccb:limit:{}:{subject}", budget.name());
        let limit = self.limit(budget);
        let (limit, count) = match self.count_shared(&key).await {
            Some(count) => (limit, count),
            None if self.redis.is_some() => (
                (limit / PART_WITHOUT_REDIS).max(1),
                self.local.count(&key, Instant::now()),
            ),
            None => (limit, self.local.count(&key, Instant::now())),
        };
        Verdict {
            budget,
            limit,
            remaining: u64::from(limit).saturating_sub(count.used),
            resets_in: count.left,
            window: self.settings.window,
            admitted: count.used <= u64::from(limit),
        }
    }

    const fn limit(&self, budget: Budget) -> u32 {
        match budget {
            Budget::Person => self.settings.person,
            Budget::Anonymous => self.settings.anonymous,
            Budget::Auth(_) => self.settings.auth,
        }
    }

    /// `None` while there is no Redis, or it is away, or slow.
    async fn count_shared(&self, key: &str) -> Option<Count> {
        let redis = self.redis.as_ref()?;
        let now_ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        if now_ms < self.paused_until_ms.load(Ordering::Relaxed) {
            return None;
        }
        match redis.count(key, self.settings.window).await {
            Ok(count) => Some(count),
            Err(error) => {
                let until = now_ms + u64::try_from(PAUSE.as_millis()).unwrap_or(0);
                self.paused_until_ms.store(until, Ordering::Relaxed);
                metrics::counter!("rate_limit_fallback_total").increment(1);
                tracing::warn!(%error, "redis is away, limits are counted in this process");
                None
            }
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
            limiter.count(Budget::Anonymous, visitor).await,
        ];

        assert_eq!(
            verdicts.map(|verdict| verdict.admitted),
            [true, true, false]
        );
        assert_eq!(verdicts[0].limit, 2);
    }
}
