//! The connection to Redis: bounded in time, and left alone for a while after it has failed.
//!
//! What is asked of Redis stands in [`crate::cache`] and [`crate::rate_limit`]; both go on without it.

mod breaker;

use std::sync::Arc;
use std::time::Duration;

use deadpool_redis::redis::{self, AsyncConnectionConfig, FromRedisValue, Pipeline};
use deadpool_redis::{Manager, Pool, PoolError};
use domain::Failure;
use secrecy::ExposeSecret as _;

use self::breaker::Breaker;
use crate::settings::Settings;

/// Connections kept open.
const CONNECTIONS: usize = 8;
/// Longest wait for a connection and for what a check of it answers.
const CONNECT_LIMIT: Duration = Duration::from_millis(500);

/// Why there is no answer.
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
    /// It failed a moment ago and is not asked now.
    #[error("it failed a moment ago")]
    Resting,
}

/// Whether a text is the address of a Redis, such as `redis://127.0.0.1:6379`.
pub(crate) fn is_address(text: &str) -> bool {
    redis::IntoConnectionInfo::into_connection_info(text).is_ok()
}

/// Redis, if it is there. Clones share connections and breaker.
#[derive(Clone, Debug)]
pub(crate) struct SharedRedis {
    pool: Pool,
    retries: u32,
    limit: Duration,
    breaker: Arc<Breaker>,
}

impl SharedRedis {
    /// Redis as the settings name it; nothing is connected yet.
    ///
    /// # Errors
    /// An address that is none.
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
    ///
    /// # Errors
    /// An address that is none.
    pub(crate) fn at(url: &str, retries: u32, limit: Duration) -> Result<Self, Failure> {
        let refuse = |_error: redis::RedisError| {
            Failure::malformed("REDIS_URL is not an address such as redis://127.0.0.1:6379")
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_LIMIT.max(limit)))
            .set_response_timeout(Some(CONNECT_LIMIT.max(limit)));
        let manager = Manager::new_with_config(url, config).map_err(refuse)?;
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .build()
            .map_err(Failure::internal)?;
        Ok(Self {
            pool,
            retries,
            limit,
            breaker: Arc::default(),
        })
    }

    /// Sends commands in one round trip and reads their answers, in time or not at all.
    ///
    /// # Errors
    /// Redis is away, slow, or refuses; or it did so a moment ago.
    pub(crate) async fn ask<T: FromRedisValue>(
        &self,
        commands: &Pipeline,
    ) -> Result<T, RedisError> {
        let Some(attempt) = self.breaker.attempt() else {
            return Err(RedisError::Resting);
        };
        let asking = async {
            let mut left = self.retries;
            loop {
                match self.ask_once(commands).await {
                    Err(_) if left > 0 => left -= 1,
                    outcome => return outcome,
                }
            }
        };
        let outcome = tokio::time::timeout(self.limit, asking)
            .await
            .unwrap_or(Err(RedisError::Slow));
        match &outcome {
            Ok(_) => attempt.succeeded(),
            Err(error) => {
                if attempt.failed() {
                    tracing::warn!(%error, "redis is away and left alone for a while");
                }
            }
        }
        outcome
    }

    async fn ask_once<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, RedisError> {
        let mut connection = self.pool.get().await?;
        Ok(commands.query_async(&mut connection).await?)
    }

    /// Whether it answers, whatever the breaker thinks.
    pub(crate) async fn ping(&self) -> bool {
        let Ok(mut connection) = self.pool.get().await else {
            return false;
        };
        let answer: Result<String, _> = redis::cmd("PING").query_async(&mut connection).await;
        answer.is_ok()
    }
}
