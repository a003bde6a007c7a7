//! Connections to PostgreSQL: a bounded number, with a limit on every wait.

use std::sync::Arc;
use std::time::Duration;

use database::Address;
use database::error::ENGLISH;
use database::measure::{log_statements, record_pool};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use domain::Failure;
use futures::FutureExt;
use protocol::deadline::Deadline;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::error::database_away;
use super::replica::Replicas;
use super::transaction::{Mode, Transaction};
use super::wal;

/// Longest wait for the primary to say how far it is.
const POSITION: Duration = Duration::from_secs(1);
/// Time limit of a transaction that has no caller with a deadline.
const BACKGROUND_LIMIT: Duration = Duration::from_secs(30);

/// What every connection is told first. A peer that has hung up ends its statement within a quarter of a second.
const SESSION: &str = "SET application_name = 'credential-service'; \
     SET timezone = 'UTC'; \
     SET statement_timeout = '30s'; \
     SET lock_timeout = '10s'; \
     SET idle_in_transaction_session_timeout = '30s'; \
     SET client_connection_check_interval = '250ms'";

/// A pooled connection with its place in the queue.
pub(crate) struct Connection {
    pub(super) object: Object<AsyncPgConnection>,
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    /// Closes it instead of giving it back; the server ends a statement whose client is gone.
    pub(super) fn close(self) {
        drop(Object::take(self.object));
    }
}

/// How a pool is run.
#[derive(Clone, Copy, Debug)]
pub(super) struct PoolSettings {
    /// Most connections.
    pub(super) size: usize,
    /// Whether statements are logged.
    pub(super) logging: bool,
    /// Longest wait for a free connection.
    pub(super) wait: Duration,
    /// Longest wait for a new connection.
    pub(super) connect: Duration,
}

/// The database. Clones share one pool.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    places: Arc<Semaphore>,
    settings: PoolSettings,
    replicas: Option<Arc<Replicas>>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Database")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Database {
    /// Makes a pool; connections are opened when they are needed.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when the pool cannot be built.
    pub fn new(url: &SecretString, size: usize, logging: bool) -> Result<Self, Failure> {
        let settings = PoolSettings {
            size,
            logging,
            wait: Duration::from_secs(2),
            connect: Duration::from_secs(5),
        };
        Self::with(url, settings)
    }

    pub(super) fn with(url: &SecretString, settings: PoolSettings) -> Result<Self, Failure> {
        let PoolSettings { size, logging, .. } = settings;
        // Read once: a certificate that changes on disk is taken up by a restart, like every other setting.
        let address = Address::parse(url.expose_secret()).map_err(Failure::internal)?;
        let mut config = ManagerConfig::<AsyncPgConnection>::default();
        // A closed connection is noticed without asking the server.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(move |_url| establish(address.clone(), logging).boxed());
        let manager = AsyncDieselConnectionManager::new_with_config(url.expose_secret(), config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .build()
            .map_err(Failure::internal)?;
        Ok(Self {
            pool,
            places: Arc::new(Semaphore::new(size)),
            settings,
            replicas: None,
        })
    }

    /// How its pool is run.
    pub(super) const fn settings(&self) -> PoolSettings {
        self.settings
    }

    /// The same database with replicas for [`Database::read_anywhere`].
    pub(crate) fn with_replicas(mut self, replicas: Arc<Replicas>) -> Self {
        self.replicas = Some(replicas);
        self
    }

    /// Begins a transaction that only reads what needs nobody's authority, all as of one moment, within the time the caller has: on a replica that
    /// has everything the primary has now, or on the primary.
    pub(crate) async fn read_anywhere(
        &self,
        mode: Mode,
        deadline: Deadline,
    ) -> Result<Transaction, Failure> {
        match self.on_replica(mode, deadline).await {
            Some(transaction) => Ok(transaction),
            None => self.read_as(mode, deadline).await,
        }
    }

    /// Goes on reading on a replica, if there is a good one, once the primary has confirmed the caller.
    pub(crate) async fn moved_to_replica(
        &self,
        transaction: Transaction,
        deadline: Deadline,
    ) -> Result<Transaction, Failure> {
        match self.on_replica(Mode::Snapshot, deadline).await {
            Some(moved) => {
                transaction.commit().await?;
                Ok(moved)
            }
            None => Ok(transaction),
        }
    }

    async fn on_replica(&self, mode: Mode, deadline: Deadline) -> Option<Transaction> {
        match &self.replicas {
            Some(replicas) => replicas.begin(mode, deadline.left()).await,
            None => None,
        }
    }

    /// How far the log of this primary is written.
    pub(super) async fn position(&self) -> Result<i64, Failure> {
        let mut connection = self.connection(POSITION).await?;
        match timeout(POSITION, wal::written(&mut connection.object)).await {
            Ok(place) => Ok(place?),
            Err(elapsed) => {
                connection.close();
                Err(database_away().caused_by(elapsed))
            }
        }
    }

    /// How far this replica has replayed its log; `None` on what is no replica.
    pub(super) async fn replayed(&self, limit: Duration) -> Result<Option<i64>, Failure> {
        let mut connection = self.connection(limit).await?;
        match timeout(limit, wal::replayed(&mut connection.object)).await {
            Ok(place) => Ok(place?),
            Err(elapsed) => {
                connection.close();
                Err(database_away().caused_by(elapsed))
            }
        }
    }

    /// Begins a transaction that may write, within the time the caller has.
    pub(crate) async fn write(&self, deadline: Deadline) -> Result<Transaction, Failure> {
        self.begin(Mode::Write, deadline.left()).await
    }

    /// Begins a transaction that only reads, within the time the caller has.
    pub(crate) async fn read(&self, deadline: Deadline) -> Result<Transaction, Failure> {
        self.begin(Mode::Read, deadline.left()).await
    }

    /// Begins a transaction on the primary that reads as `mode` says, within the time the caller has.
    pub(crate) async fn read_as(
        &self,
        mode: Mode,
        deadline: Deadline,
    ) -> Result<Transaction, Failure> {
        self.begin(mode, deadline.left()).await
    }

    /// Begins a transaction of a background task or of an operator's command.
    pub(crate) async fn begin_background(&self, mode: Mode) -> Result<Transaction, Failure> {
        self.begin(mode, BACKGROUND_LIMIT).await
    }

    pub(super) async fn begin(&self, mode: Mode, limit: Duration) -> Result<Transaction, Failure> {
        if limit.is_zero() {
            return Err(Failure::timeout());
        }
        let connection = self.connection(limit).await?;
        Transaction::begin(connection, mode, limit).await
    }

    async fn connection(&self, limit: Duration) -> Result<Connection, Failure> {
        let place = timeout(
            self.settings.wait.min(limit),
            Arc::clone(&self.places).acquire_owned(),
        );
        let permit = match place.await {
            Ok(Ok(permit)) => permit,
            Ok(Err(closed)) => return Err(Failure::internal(closed)),
            Err(_elapsed) => return Err(Failure::overloaded(Duration::from_secs(1))),
        };
        match timeout(self.settings.connect.min(limit), self.pool.get()).await {
            Ok(Ok(object)) => Ok(Connection {
                object,
                _permit: permit,
            }),
            Ok(Err(error)) => Err(database_away().caused_by(error)),
            Err(elapsed) => Err(database_away().caused_by(elapsed)),
        }
    }

    /// Records how many connections are open, busy and waited for.
    pub(crate) fn record_metrics(&self) {
        let status = self.pool.status();
        record_pool(status.size, status.available, self.settings.size);
    }
}

async fn establish(address: Address, logging: bool) -> diesel::ConnectionResult<AsyncPgConnection> {
    let mut connection = address.connect().await?;
    if logging {
        log_statements(&mut connection);
    }
    connection
        .batch_execute(&format!("{SESSION}; {ENGLISH}"))
        .await
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
