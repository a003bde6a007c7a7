//! Times every statement under a name of a closed list.

use std::time::Instant;

use diesel::QueryResult;
use domain::page::PageRequest;

use super::error::StoreError;

/// What a statement does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    /// Reads rows.
    Select,
    /// Writes new rows.
    Insert,
    /// Changes rows.
    Update,
    /// Removes rows.
    Delete,
}

impl Operation {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// Runs one statement, records how long it took and sorts its error.
pub(crate) async fn measured<T>(
    operation: Operation,
    table: &'static str,
    statement: impl Future<Output = QueryResult<T>>,
) -> Result<T, StoreError> {
    let begun = Instant::now();
    let answer = statement.await;
    metrics::histogram!(
        "database_query_duration_seconds",
        "operation" => operation.as_str(),
        "table" => table
    )
    .record(begun.elapsed().as_secs_f64());
    answer.map_err(StoreError::from)
}

/// Rows in the whole list: counted, unless a walk knows the number from its beginning.
pub(crate) async fn total(
    page: &PageRequest,
    table: &'static str,
    count: impl Future<Output = QueryResult<i64>>,
) -> Result<u64, StoreError> {
    match page.known_total() {
        Some(total) => Ok(total),
        None => {
            let counted = measured(Operation::Select, table, count).await?;
            Ok(u64::try_from(counted).unwrap_or(0))
        }
    }
}
