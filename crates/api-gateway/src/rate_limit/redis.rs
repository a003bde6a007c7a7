//! Counters that all gateways share.

use std::time::Duration;

use deadpool_redis::redis::{self, AsyncConnectionConfig};
use deadpool_redis::{Manager, Pool, PoolError};
use domain::Failure;
use secrecy::ExposeSecret as _;

use super::Count;
use crate::settings::Settings;

/// Connections kept open.
const CONNECTIONS: usize = 8;
/// Counts and starts the window at its first request, in one step; answers the count and what is left of the window.
const SCRIPT: &str = "
local used = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {used, left}";

/// Why there is no shared count.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RedisError {
    /// No connection.
    #[error("no connection")]
    Pool(#[from] PoolError),
    /// It answered with an error.
    #[error("redis answered: {0}")]
    Answer(#[from] redis::RedisError),
    /// It did not answer in time.
    #[error("no answer in time")]
    Slow,
}

/// Redis, if it is there.
#[derive(Clone, Debug)]
pub(crate) struct SharedRedis {
    pool: Pool,
    retries: u32,
    limit: Duration,
}

impl SharedRedis {
    /// Redis as the settings name it; nothing is connected yet.
    pub(crate) fn open(settings: &Settings) -> Result<Option<Self>, Failure> {
        settings
            .redis_url
            .as_ref()
            .map(|url| {
                Self::at(
                    url.expose_secret(),
                    settings.redis_max_retries,
                    settings.redis_limit,
                )
            })
            .transpose()
    }

    /// Redis at an address.
    pub(crate) fn at(url: &str, retries: u32, limit: Duration) -> Result<Self, Failure> {
        let refuse = |_error: redis::RedisError| {
            Failure::malformed("REDIS_URL is not an address such as redis://127.0.0.1:6379")
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(500)))
            .set_response_timeout(Some(Duration::from_millis(500)));
        let manager = Manager::new_with_config(url, config).map_err(refuse)?;
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .build()
            .map_err(Failure::internal)?;
        Ok(Self {
            pool,
            retries,
            limit,
        })
    }

    /// Counts one request, in time or not at all.
    pub(crate) async fn count(&self, key: &str, window: Duration) -> Result<Count, RedisError> {
        let counting = async {
            let mut left = self.retries;
            loop {
                match self.count_once(key, window).await {
                    Err(_) if left > 0 => left -= 1,
                    outcome => return outcome,
                }
            }
        };
        tokio::time::timeout(self.limit, counting)
            .await
            .unwrap_or(Err(RedisError::Slow))
    }

    async fn count_once(&self, key: &str, window: Duration) -> Result<Count, RedisError> {
        let mut connection = self.pool.get().await?;
        let window_ms = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        let (used, left_ms): (u64, u64) = redis::cmd("EVAL")
            .arg(SCRIPT)
            .arg(1)
            .arg(key)
            .arg(window_ms)
            .query_async(&mut connection)
            .await?;
        Ok(Count {
            used,
            left: Duration::from_millis(left_ms),
        })
    }

    /// Whether it answers.
    pub(crate) async fn ping(&self) -> bool {
        let Ok(mut connection) = self.pool.get().await else {
            return false;
        };
        let answer: Result<String, _> = redis::cmd("PING").query_async(&mut connection).await;
        answer.is_ok()
    }
}
