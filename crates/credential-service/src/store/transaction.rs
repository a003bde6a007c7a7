//! A transaction that ends itself.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use domain::Failure;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::error::StoreError;
use super::pool::Connection;

/// Longest wait for the rollback of an abandoned transaction; then the connection is thrown away.
const ROLLBACK: Duration = Duration::from_millis(250);

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Rows change.
    Write,
    /// Rows are only read.
    Read,
    /// Rows are only read, all as of one moment.
    Snapshot,
    /// The same, and each by its key, so that a plan made once is right for every key: PostgreSQL would plan `= ANY($1)` anew
    /// each time, because it takes an array that it does not know for ten keys. That was two fifths of its work.
    Keys,
}

impl Mode {
    const fn begin(self) -> &'static str {
        match self {
            Self::Write => "BEGIN",
            Self::Read => "BEGIN READ ONLY",
            Self::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            Self::Keys => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL plan_cache_mode = force_generic_plan"
            }
        }
    }
}

/// An open transaction. Dropping it rolls back; only [`Transaction::commit`] keeps what it wrote.
///
/// # Cancel safety
/// A caller that hangs up drops the transaction in whatever state it is: the rollback runs on its own, and a connection
/// that does not answer it soon is closed, which ends its statement on the server as well.
pub(crate) struct Transaction {
    connection: Option<Connection>,
}

impl Transaction {
    pub(super) async fn begin(
        mut connection: Connection,
        mode: Mode,
        limit: Duration,
    ) -> Result<Self, Failure> {
        let sql = format!(
            "{}; SET LOCAL statement_timeout = {}",
            mode.begin(),
            limit.as_millis().max(1)
        );
        let opened: &mut AsyncPgConnection = &mut connection.object;
        AnsiTransactionManager::begin_transaction_sql(opened, &sql)
            .await
            .map_err(StoreError::from)?;
        Ok(Self {
            connection: Some(connection),
        })
    }

    /// Keeps what was written.
    pub(crate) async fn commit(mut self) -> Result<(), Failure> {
        let Some(mut connection) = self.connection.take() else {
            return Ok(());
        };
        let opened: &mut AsyncPgConnection = &mut connection.object;
        AnsiTransactionManager::commit_transaction(opened)
            .await
            .map_err(StoreError::from)?;
        Ok(())
    }

    /// Takes back what was written, and returns once it is: locks are free for whoever comes next.
    pub(crate) async fn roll_back(mut self) {
        if let Some(connection) = self.connection.take() {
            // On its own: a caller that hangs up now must not leave it half done.
            drop(tokio::spawn(roll_back(connection)).await);
        }
    }
}

async fn roll_back(mut connection: Connection) {
    let opened: &mut AsyncPgConnection = &mut connection.object;
    let rollback = AnsiTransactionManager::rollback_transaction(opened);
    let ended = timeout(ROLLBACK, rollback).await;
    if !matches!(ended, Ok(Ok(()))) {
        connection.close();
    }
}

impl Deref for Transaction {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        match &self.connection {
            Some(connection) => &connection.object,
            // Only `commit` and `drop` take the connection, and both end the value.
            None => unreachable!("a transaction that has ended is not used"),
        }
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        match &mut self.connection {
            Some(connection) => &mut connection.object,
            None => unreachable!("a transaction that has ended is not used"),
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(roll_back(connection));
        }
    }
}
