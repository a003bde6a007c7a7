//! Migrations of the schema `ai`, with their own record in it: the credential service keeps its own elsewhere.

use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use secrecy::{ExposeSecret, SecretString};
use service_runtime::errors::BoxError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();
/// Two processes that migrate at once take turns.
const LOCK: &str = "SELECT pg_advisory_lock(7101894221)";
const SCHEMA: &str = "CREATE SCHEMA IF NOT EXISTS ai; SET search_path TO ai";

/// Applies every migration that is not applied yet.
///
/// # Errors
/// PostgreSQL is away or refuses; nothing of the failed migration stays.
pub async fn up(url: &SecretString) -> Result<(), BoxError> {
    let mut harness = connect(url).await?;
    let applied = harness.run_pending_migrations(MIGRATIONS)?;
    tracing::info!(count = applied.len(), "migrations applied");
    Ok(())
}

/// Takes back the last migrations, at most `steps`.
///
/// # Errors
/// PostgreSQL is away or refuses.
pub async fn down(url: &SecretString, steps: u32) -> Result<(), BoxError> {
    let mut harness = connect(url).await?;
    for _step in 0..steps {
        if harness.applied_migrations()?.is_empty() {
            break;
        }
        let version = harness.revert_last_migration(MIGRATIONS)?;
        tracing::info!(%version, "migration taken back");
    }
    Ok(())
}

/// Migrations that this binary knows.
///
/// # Errors
/// They cannot be read.
pub fn known() -> Result<usize, BoxError> {
    let migrations = MigrationSource::<Pg>::migrations(&MIGRATIONS)?;
    Ok(migrations.len())
}

async fn connect(url: &SecretString) -> Result<AsyncMigrationHarness<AsyncPgConnection>, BoxError> {
    let mut connection = database::connect(url.expose_secret()).await?;
    connection.batch_execute(LOCK).await?;
    connection.batch_execute(SCHEMA).await?;
    Ok(AsyncMigrationHarness::new(connection))
}
