//! What is told of every statement: how long it took, under a name of a closed list, and a span of the caller's trace.

use std::time::Instant;

use diesel::QueryResult;
use diesel::connection::InstrumentationEvent;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use tracing::Instrument;

use crate::error::StoreError;

/// What a statement does.
#[derive(Clone, Copy, Debug)]
pub enum Operation {
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
///
/// The span has the names of OpenTelemetry's conventions for databases; the text of the statement is not in it.
///
/// # Errors
/// What the database answers.
pub async fn measured<T>(
    operation: Operation,
    table: &'static str,
    statement: impl Future<Output = QueryResult<T>>,
) -> Result<T, StoreError> {
    let span = tracing::info_span!(
        "sql",
        otel.kind = "client",
        db.system.name = "postgresql",
        db.operation.name = operation.as_str(),
        db.collection.name = table,
    );
    let begun = Instant::now();
    let answer = statement.instrument(span).await;
    metrics::histogram!(
        "database_query_duration_seconds",
        "operation" => operation.as_str(),
        "table" => table
    )
    .record(begun.elapsed().as_secs_f64());
    answer.map_err(StoreError::from)
}

/// Records how many connections of a pool are open and how many of them are idle.
pub fn record_pool(open: usize, idle: usize, maximum: usize) {
    let states = [
        ("idle", idle),
        ("busy", open.saturating_sub(idle)),
        ("maximum", maximum),
    ];
    for (state, count) in states {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        metrics::gauge!("database_pool_connections", "state" => state).set(f64::from(count));
    }
}

/// Logs every statement of a connection, without its values: they may be personal.
pub fn log_statements(connection: &mut AsyncPgConnection) {
    connection.set_instrumentation(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let statement = text.split(" -- binds:").next().unwrap_or_default();
            tracing::info!(target: "sql", statement, "query");
        }
    });
}
