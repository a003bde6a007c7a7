//! PostgreSQL: the schema `ai`, and nothing outside of it.

pub(crate) mod embedding;
pub(crate) mod feed_cursor;
pub(crate) mod feedback;
pub(crate) mod idempotency;
pub(crate) mod method;
pub mod migrate;
pub(crate) mod prediction;
mod schema;

use std::time::Duration;

pub(crate) use database::error::StoreError;
use database::error::{ENGLISH, database_away};
pub(crate) use database::measure::{Operation, measured};
use database::measure::{log_statements, record_pool};
use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::Failure;
use futures::FutureExt;
use protocol::deadline::Deadline;
use secrecy::ExposeSecret;
use tokio::time::timeout;

use crate::settings::DatabaseSettings;

/// Longest wait for a free connection, or for a new one.
const WAIT: Duration = Duration::from_secs(3);
/// Longest that a statement for nobody in particular may take; all of them are short.
const BACKGROUND: Duration = Duration::from_secs(10);
/// What every connection is told first. A peer that has hung up ends its statement within a quarter of a second.
const SETUP: &str = "SET search_path TO ai; SET application_name TO 'ai-service'; \
     SET idle_in_transaction_session_timeout TO '10s'; SET client_connection_check_interval = '250ms'";

/// A connection out of the pool.
pub(crate) type Connection = Object<AsyncPgConnection>;

/// Hands out connections; clones share one pool.
#[derive(Clone)]
pub(crate) struct Database {
    pool: Pool<AsyncPgConnection>,
    size: usize,
}

impl Database {
    /// A pool that connects when it is first asked.
    pub(crate) fn new(settings: &DatabaseSettings) -> Result<Self, Failure> {
        let mut config = ManagerConfig::default();
        let logging = settings.logging;
        config.custom_setup = Box::new(move |url| connect(url.to_owned(), logging).boxed());
        let manager =
            AsyncDieselConnectionManager::new_with_config(settings.url.expose_secret(), config);
        let pool = Pool::builder(manager)
            .max_size(settings.pool_size)
            .build()
            .map_err(Failure::internal)?;
        let size = settings.pool_size;
        Ok(Self { pool, size })
    }

    /// A connection for work that no caller waits for.
    pub(crate) async fn connection(&self) -> Result<Connection, Failure> {
        self.connection_for(BACKGROUND).await
    }

    /// A connection whose statements end before this deadline, at the server too.
    pub(crate) async fn connection_until(&self, deadline: Deadline) -> Result<Connection, Failure> {
        self.connection_for(deadline.left().min(BACKGROUND)).await
    }

    async fn connection_for(&self, limit: Duration) -> Result<Connection, Failure> {
        let mut connection = match timeout(WAIT.min(limit), self.pool.get()).await {
            Ok(connection) => connection.map_err(away)?,
            Err(elapsed) => return Err(away(elapsed)),
        };
        // Zero would mean none.
        let limit = limit.as_millis().max(1);
        connection
            .batch_execute(&format!("SET statement_timeout TO {limit}"))
            .await
            .map_err(StoreError::from)?;
        Ok(connection)
    }

    /// Records how many connections are open and idle.
    pub(crate) fn record_metrics(&self) {
        let status = self.pool.status();
        record_pool(status.size, status.available, self.size);
    }

    /// Whether PostgreSQL answers and the schema is there.
    pub(crate) async fn is_reachable(&self) -> bool {
        let Ok(mut connection) = self.connection().await else {
            return false;
        };
        diesel::sql_query("SELECT 1 FROM ai.embeddings LIMIT 1")
            .execute(&mut connection)
            .await
            .is_ok()
    }

    /// Closes every connection.
    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

async fn connect(url: String, logging: bool) -> Result<AsyncPgConnection, ConnectionError> {
    let mut connection = database::connect(&url).await?;
    if logging {
        log_statements(&mut connection);
    }
    connection
        .batch_execute(&format!("{SETUP}; {ENGLISH}"))
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// What a caller hears when no connection can be had.
fn away(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    database_away().caused_by(error)
}
