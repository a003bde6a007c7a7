//! SQL, and nothing but SQL: functions take a connection, never begin a transaction, never read the clock, never log.

/// Orders a boxed query by a column, in either direction.
macro_rules! ordered {
    ($query:expr, $column:expr, $descending:expr) => {
        if $descending {
            $query.order($column.desc())
        } else {
            $query.order($column.asc())
        }
    };
}

/// Orders a boxed query further by a column, in either direction.
macro_rules! ordered_next {
    ($query:expr, $column:expr, $descending:expr) => {
        if $descending {
            $query.then_order_by($column.desc())
        } else {
            $query.then_order_by($column.asc())
        }
    };
}

/// Reads the identifiers of one page of a boxed query that is ordered by the key of the page already.
macro_rules! page_of_ids {
    ($query:expr, $id:expr, $table:expr, $page:expr, $conn:expr) => {{
        let query = ordered_next!($query, $id, $page.sort.descending);
        let statement = query
            .offset($page.offset())
            .limit($page.rows())
            .load::<uuid::Uuid>($conn);
        let select = $crate::store::measure::Operation::Select;
        $crate::store::measure::measured(select, $table, statement).await?
    }};
}

pub(crate) mod account_tokens;
pub(crate) mod audit_anchors;
pub(crate) mod audit_chain;
pub(crate) mod audit_logs;
pub(crate) mod decisions;
pub(crate) mod idempotency_keys;
pub(crate) mod institutions;
pub(crate) mod jobs;
mod keyset;
pub(crate) mod learning_outcomes;
pub(crate) mod measure;
pub(crate) mod micro_credentials;
pub(crate) mod outbox_cursors;
pub(crate) mod outbox_events;
pub(crate) mod parts;
pub(crate) mod pathways;
pub(crate) mod pool;
pub(crate) mod prerequisites;
pub(crate) mod recognitions;
pub(crate) mod registrations;
pub(crate) mod replica;
pub(crate) mod reports;
pub(crate) mod review_reminders;
pub(crate) mod scheduled_tasks;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod sign_in_failures;
pub(crate) mod stats;
pub(crate) mod transaction;
pub(crate) mod users;
pub(crate) mod wal;
pub(crate) mod webhook_deliveries;
pub(crate) mod webhooks;

pub(crate) use database::error::{self, StoreError};
pub(crate) use transaction::{Mode, Transaction};

use uuid::Uuid;

/// Rows in the order of a list of their identifiers.
pub(crate) fn in_order<T>(mut rows: Vec<T>, ids: &[Uuid], id_of: impl Fn(&T) -> Uuid) -> Vec<T> {
    rows.sort_by_cached_key(|row| {
        let own = id_of(row);
        ids.iter().position(|id| *id == own)
    });
    rows
}
