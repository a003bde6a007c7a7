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
use database::error::database_away;
use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::Failure;
use futures::FutureExt;
use secrecy::ExposeSecret;
use tokio::time::timeout;

use crate::settings::DatabaseSettings;

/// Longest wait for a free connection, or for a new one.
const WAIT: Duration = Duration::from_secs(3);
/// Every statement of this service is short; one that is not must not hold a connection.
const SETUP: &str = "SET search_path TO ai; SET application_name TO 'ai-service'; \
     SET statement_timeout TO '10s'; SET idle_in_transaction_session_timeout TO '10s'";

/// A connection out of the pool.
pub(crate) type Connection = Object<AsyncPgConnection>;

/// Hands out connections; clones share one pool.
#[derive(Clone)]
pub(crate) struct Database {
    pool: Pool<AsyncPgConnection>,
}

impl Database {
    /// A pool that connects when it is first asked.
    pub(crate) fn new(settings: &DatabaseSettings) -> Result<Self, Failure> {
        let mut config = ManagerConfig::default();
        config.custom_setup = Box::new(|url| connect(url.to_owned()).boxed());
        let manager =
            AsyncDieselConnectionManager::new_with_config(settings.url.expose_secret(), config);
        let pool = Pool::builder(manager)
            .max_size(settings.pool_size)
            .build()
            .map_err(Failure::internal)?;
        Ok(Self { pool })
    }

    /// A connection.
    pub(crate) async fn connection(&self) -> Result<Connection, Failure> {
        match timeout(WAIT, self.pool.get()).await {
            Ok(connection) => connection.map_err(away),
            Err(elapsed) => Err(away(elapsed)),
        }
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

async fn connect(url: String) -> Result<AsyncPgConnection, ConnectionError> {
    let mut connection = database::connect(&url).await?;
    connection
        .batch_execute(SETUP)
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// What a caller hears when no connection can be had.
fn away(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    database_away().caused_by(error)
}
