//! The schema of the database, forwards and backwards. Never run by `serve`: replicas would race.

mod grant;
mod stepwise;

use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sql_types::Bool;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use secrecy::{ExposeSecret, SecretString};
use service_runtime::errors::BoxError;

pub use self::grant::grant;
use self::stepwise::Stepwise;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Holds other migrators off; the number is arbitrary and ours. Asked for again and again instead of waited for: who waits
/// in a statement is an older transaction, which the building of an index without locks waits for in turn.
const LOCK: &str = "SELECT pg_try_advisory_lock(7217401) AS taken";
/// Pace of asking.
const PACE: Duration = Duration::from_millis(100);

#[derive(diesel::QueryableByName)]
struct Lock {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

type Wrapped = AsyncConnectionWrapper<AsyncPgConnection>;

/// Applies what is missing; returns the names of what was applied.
///
/// # Errors
/// The database is away, or refuses a migration; each migration is all or nothing.
pub async fn up(url: &SecretString) -> Result<Vec<String>, BoxError> {
    with_connection(url, |connection| {
        let applied = connection.run_pending_migrations(Stepwise(MIGRATIONS))?;
        Ok(applied.iter().map(ToString::to_string).collect())
    })
    .await
}

/// Takes the newest migrations back; returns their names.
///
/// # Errors
/// The database is away, or refuses a migration.
pub async fn down(url: &SecretString, count: usize) -> Result<Vec<String>, BoxError> {
    with_connection(url, move |connection| {
        let mut reverted = Vec::new();
        for _ in 0..count {
            if connection.applied_migrations()?.is_empty() {
                break;
            }
            reverted.push(
                connection
                    .revert_last_migration(Stepwise(MIGRATIONS))?
                    .to_string(),
            );
        }
        Ok(reverted)
    })
    .await
}

/// Names of all migrations, oldest first.
///
/// # Errors
/// The embedded migrations cannot be read.
pub fn versions() -> Result<Vec<String>, BoxError> {
    let migrations: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations()?;
    let mut versions: Vec<String> = migrations
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    versions.sort();
    Ok(versions)
}

async fn with_connection<T: Send + 'static>(
    url: &SecretString,
    work: impl FnOnce(&mut Wrapped) -> Result<T, BoxError> + Send + 'static,
) -> Result<T, BoxError> {
    let connection = database::connect(url.expose_secret()).await?;
    // diesel's migrations are synchronous; the wrapper blocks, so it needs a thread of its own.
    tokio::task::spawn_blocking(move || {
        let mut connection = Wrapped::from(connection);
        while !diesel::sql_query(LOCK)
            .get_result::<Lock>(&mut connection)?
            .taken
        {
            std::thread::sleep(PACE);
        }
        work(&mut connection)
    })
    .await?
}
