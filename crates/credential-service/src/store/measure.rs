//! Times every statement under a name of a closed list.

pub(crate) use database::measure::{Operation, measured};
use diesel::QueryResult;
use domain::page::PageRequest;

use super::error::StoreError;

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
