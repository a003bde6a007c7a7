//! Removes rows that nobody needs any more, a bounded number in each transaction.
//!
//! | rows | kept |
//! |---|---|
//! | idempotency keys | until they expire, 24 h |
//! | registrations that nobody confirmed | until their links expire, 24 h |
//! | one-time links of accounts | 7 days after they expire |
//! | counts of wrong passwords | 2 days, and as long as a pause lasts |
//! | sessions with their refresh tokens | 30 days after their end: reuse of a token is found out while its session runs, and an address counts as known for 30 days; the audit log keeps who signed in when |
//! | outbox events | `OUTBOX_RETENTION_DAYS`, and until every follower inside this service has read them |
//!
//! Reports go with their files, see [`super::report`]. Finished jobs and webhook deliveries are removed by those who make them.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use futures::future::BoxFuture;

use super::{Pace, Task};
use crate::store::pool::Database;
use crate::store::{
    Mode, StoreError, account_tokens, idempotency_keys, outbox_events, registrations, sessions,
    sign_in_failures,
};

/// One day.
const DAY: Duration = Duration::from_secs(86_400);
/// Rows that one statement removes: short enough to hold nobody up.
const AT_ONCE: i64 = 1_000;
/// Sessions that one statement removes; each takes up to some hundred refresh tokens along.
const SESSIONS_AT_ONCE: i64 = 100;
/// Used and expired links are kept so long after they expire.
const KEEP_ACCOUNT_TOKENS: Duration = DAY.saturating_mul(7);
/// Ended sessions are kept so long; not less than an address counts as known.
const KEEP_SESSIONS: Duration = DAY.saturating_mul(30);

/// What is removed.
#[derive(Clone, Copy, Debug)]
enum Rows {
    IdempotencyKeys,
    Registrations,
    AccountTokens,
    SignInFailures,
    Sessions,
    OutboxEvents { keep: Duration },
}

struct Prune {
    database: Database,
    rows: Rows,
}

/// The tasks that remove rows.
pub(crate) fn tasks(database: &Database, keep_events: Duration) -> Vec<Arc<dyn Task>> {
    [
        Rows::IdempotencyKeys,
        Rows::Registrations,
        Rows::AccountTokens,
        Rows::SignInFailures,
        Rows::Sessions,
        Rows::OutboxEvents { keep: keep_events },
    ]
    .into_iter()
    .map(|rows| -> Arc<dyn Task> {
        let database = database.clone();
        Arc::new(Prune { database, rows })
    })
    .collect()
}

impl Prune {
    async fn prune(&self) -> Result<u64, Failure> {
        let at_once = match self.rows {
            Rows::Sessions => SESSIONS_AT_ONCE,
            Rows::IdempotencyKeys
            | Rows::Registrations
            | Rows::AccountTokens
            | Rows::SignInFailures
            | Rows::OutboxEvents { .. } => AT_ONCE,
        };
        let mut removed = 0;
        loop {
            let mut transaction = self.database.begin_background(Mode::Write).await?;
            let count = self.rows.remove(&mut transaction, at_once).await?;
            transaction.commit().await?;
            removed += u64::try_from(count).unwrap_or(u64::MAX);
            if i64::try_from(count).unwrap_or(i64::MAX) < at_once {
                return Ok(removed);
            }
        }
    }
}

impl Rows {
    async fn remove(self, conn: &mut AsyncPgConnection, count: i64) -> Result<usize, StoreError> {
        match self {
            Self::IdempotencyKeys => idempotency_keys::prune(conn, count).await,
            Self::Registrations => {
                registrations::prune_unconfirmed(conn, crate::clock::now(), count).await
            }
            Self::AccountTokens => account_tokens::prune(conn, KEEP_ACCOUNT_TOKENS, count).await,
            Self::SignInFailures => sign_in_failures::prune(conn, count).await,
            Self::Sessions => sessions::prune(conn, KEEP_SESSIONS, count).await,
            Self::OutboxEvents { keep } => outbox_events::prune(conn, keep, count).await,
        }
    }
}

impl Task for Prune {
    fn name(&self) -> &'static str {
        match self.rows {
            Rows::IdempotencyKeys => "prune_idempotency_keys",
            Rows::Registrations => "prune_registrations",
            Rows::AccountTokens => "prune_account_tokens",
            Rows::SignInFailures => "prune_sign_in_failures",
            Rows::Sessions => "prune_sessions",
            Rows::OutboxEvents { .. } => "prune_outbox_events",
        }
    }

    fn pace(&self) -> Pace {
        Pace::minutes(60)
    }

    fn run(&self) -> BoxFuture<'_, Result<u64, Failure>> {
        Box::pin(self.prune())
    }
}
