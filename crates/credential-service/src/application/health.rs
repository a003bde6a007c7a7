//! Ready once the database answers with the schema of this version; gRPC health says the same.

use std::time::Duration;

use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use domain::Failure;
use service_runtime::health::watch_dependency;
use service_runtime::{Context, Latch};
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health as GrpcHealth, HealthServer};
use tonic_health::server::health_reporter;

use crate::migration;
use crate::store::pool::Database;
use crate::store::{Mode, StoreError};

/// Pace of the checks.
const PACE: Duration = Duration::from_secs(1);
/// A check that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(3);
/// Failures in a row that withdraw readiness.
const FAILURES: u32 = 3;

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Makes the gRPC health service, which says what `/readyz` says.
pub(super) fn mirror(context: &Context) -> HealthServer<impl GrpcHealth> {
    let (reporter, server) = health_reporter();
    let mut readiness = context.health().subscribe();
    tokio::spawn(async move {
        loop {
            let status = if readiness.borrow_and_update().ready {
                ServingStatus::Serving
            } else {
                ServingStatus::NotServing
            };
            reporter.set_service_status("", status).await;
            if readiness.changed().await.is_err() {
                return;
            }
        }
    });
    server
}

/// Waits for database and schema in the background, then keeps watching the database.
pub(super) fn wait_for_schema(context: &Context, database: Database) {
    let latch = context.health().latch("the schema of this version");
    let dependency = context.health().dependency("database", FAILURES);
    let shutdown = context.shutdown().clone();
    tokio::spawn(async move {
        tokio::select! {
            () = shutdown.begun() => return,
            () = schema_is_current(&database, latch) => {}
        }
        let check = || {
            let database = database.clone();
            async move {
                database.record_metrics();
                is_current(&database).await.is_ok()
            }
        };
        watch_dependency(dependency, PACE, LIMIT, shutdown, check).await;
    });
}

async fn schema_is_current(database: &Database, latch: Latch) {
    loop {
        match is_current(database).await {
            Ok(true) => break,
            Ok(false) => tracing::warn!("the schema is old: run `credential-service migrate`"),
            Err(failure) => {
                tracing::warn!(cause = failure.cause_chain(), "waiting for the database");
            }
        }
        tokio::time::sleep(PACE).await;
    }
    match may_rewrite(database).await {
        Ok(false) => {}
        Ok(true) => tracing::warn!(
            "the role of this service may change the record of decisions: see DATABASE_APP_ROLE"
        ),
        Err(failure) => tracing::warn!(
            cause = failure.cause_chain(),
            "the rights on the record of decisions are not known"
        ),
    }
    latch.release();
}

/// Whether the role of this service may change the record of decisions.
async fn may_rewrite(database: &Database) -> Result<bool, Failure> {
    let mut transaction = database.begin_background(Mode::Read).await?;
    let count = diesel::sql_query(
        "SELECT count(*) AS count FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS action \
         WHERE has_table_privilege('audit_logs', action)",
    )
    .get_result::<Count>(&mut *transaction)
    .await
    .map_err(StoreError::from)?;
    transaction.commit().await?;
    Ok(count.count > 0)
}

async fn is_current(database: &Database) -> Result<bool, Failure> {
    let versions = migration::versions().map_err(Failure::internal)?;
    let newest = versions.last().cloned().unwrap_or_default();
    let mut transaction = database.begin_background(Mode::Read).await?;
    let known = diesel::sql_query(
        "SELECT count(*) AS count FROM information_schema.tables WHERE table_name = '__diesel_schema_migrations'",
    )
    .get_result::<Count>(&mut *transaction)
    .await
    .map_err(StoreError::from)?;
    if known.count == 0 {
        return Ok(false);
    }
    let applied = diesel::sql_query(
        "SELECT count(*) AS count FROM __diesel_schema_migrations WHERE version = $1",
    )
    .bind::<Text, _>(newest)
    .get_result::<Count>(&mut *transaction)
    .await
    .map_err(StoreError::from)?;
    transaction.commit().await?;
    Ok(applied.count > 0)
}
