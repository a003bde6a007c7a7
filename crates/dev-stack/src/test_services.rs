//! The servers that one run of the tests shares: a throw-away PostgreSQL with its templates, and a Redis.

use std::path::PathBuf;

use anyhow::{Context, Result};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tokio::process::Command;

use crate::layout::Layout;
use crate::platform::Platform;
use crate::postgres::{DatabaseUrls, Durability, Postgres};
use crate::redis::Redis;
use crate::system;
use crate::test_database::Template;

const POSTGRES_URL: &str = "BCCB_TEST_POSTGRES_URL";
const REDIS_URL: &str = "BCCB_TEST_REDIS_URL";
const ACCOUNTS_FILE: &str = "BCCB_TEST_ACCOUNTS_FILE";

/// Where the servers of this run are.
#[derive(Clone, Debug)]
pub struct TestServices {
    /// The superuser's address of PostgreSQL.
    pub postgres_url: String,
    /// The address of Redis.
    pub redis_url: String,
    /// The accounts of [`Template::Seeded`].
    pub accounts_file: PathBuf,
}

impl TestServices {
    /// The servers of the run that this test belongs to.
    ///
    /// # Errors
    /// When there are none, with what to type.
    pub fn of_this_run() -> Result<Self> {
        Ok(Self {
            postgres_url: variable(POSTGRES_URL)?,
            redis_url: variable(REDIS_URL)?,
            accounts_file: variable(ACCOUNTS_FILE)?.into(),
        })
    }

    /// A folder of its own for servers that a test starts itself; removed at the end of the run.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn own_folder(&self) -> Result<PathBuf> {
        let run = self
            .accounts_file
            .parent()
            .context("the run has a folder")?;
        let folder = run.join(uuid::Uuid::now_v7().to_string());
        system::make_server_folder(&folder)?;
        Ok(folder)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test runner tells its tests where the servers are"
)]
fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: run the tests through scripts/test, which starts PostgreSQL and Redis for them"))
}

/// Starts the servers, runs a command that finds them in its environment, and stops them again.
///
/// # Errors
/// When a server or a migration fails; the command's own failure is its exit code.
pub async fn with_services(layout: &Layout, command: &[String]) -> Result<i32> {
    let (program, arguments) = command.split_first().context("name the command to run")?;
    let folder = layout
        .servers()?
        .join(format!("test-{}", std::process::id()));
    system::make_server_folder(&folder)?;
    let result = serve_and_run(layout, &folder, program, arguments).await;
    std::fs::remove_dir_all(&folder).with_context(|| format!("removing `{}`", folder.display()))?;
    result
}

async fn serve_and_run(
    layout: &Layout,
    folder: &std::path::Path,
    program: &str,
    arguments: &[String],
) -> Result<i32> {
    let postgres = Postgres::start(&folder.join("postgres"), Durability::Throwaway).await?;
    let redis = Redis::start(&folder.join("redis")).await?;
    let accounts_file = folder.join("accounts.json");
    prepare_templates(layout, folder, &postgres, &accounts_file).await?;
    let status = Command::new(program)
        .args(arguments)
        .env(POSTGRES_URL, postgres.url("postgres"))
        .env(REDIS_URL, redis.url())
        .env(ACCOUNTS_FILE, &accounts_file)
        .kill_on_drop(true)
        .status()
        .await
        .with_context(|| format!("starting `{program}`"))?;
    redis.stop().await?;
    postgres.stop().await?;
    Ok(status.code().unwrap_or(1))
}

async fn prepare_templates(
    layout: &Layout,
    folder: &std::path::Path,
    postgres: &Postgres,
    accounts: &std::path::Path,
) -> Result<()> {
    let mut connection = AsyncPgConnection::establish(&postgres.url("postgres")).await?;
    let empty = Template::Migrated.database();
    let database = postgres.ensure_database(empty).await?;
    let platform = |database: DatabaseUrls| Platform {
        layout: layout.clone(),
        folder: folder.to_owned(),
        environment: "test",
        database,
        redis_url: None,
        jwt_secret: system::random_secret(),
        extra: std::collections::BTreeMap::new(),
    };
    let migrated = platform(database.clone());
    migrated.command("credential-service", &["migrate"]).await?;
    migrated.command("ai-service", &["migrate"]).await?;
    let seeded = Template::Seeded.database();
    connection
        .batch_execute(&format!(
            "CREATE DATABASE {seeded} TEMPLATE {empty} OWNER {empty}_owner"
        ))
        .await?;
    let accounts = accounts
        .to_str()
        .context("the folder's name is not UTF-8")?;
    platform(database.on(empty, seeded))
        .command(
            "credential-service",
            &["seed", "--demo", "--accounts-file", accounts],
        )
        .await?;
    Ok(())
}
