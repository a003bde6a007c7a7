//! A database per test, cloned from a template that has been migrated (and, if wanted, seeded) once.

use anyhow::{Context, Result};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use crate::test_services::TestServices;

/// What a database is cloned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// Tables, no rows.
    Migrated,
    /// The demonstration catalogue with its accounts.
    Seeded,
}

impl Template {
    /// The name of the database.
    #[must_use]
    pub const fn database(self) -> &'static str {
        match self {
            Self::Migrated => "bccb_template",
            Self::Seeded => "bccb_template_seeded",
        }
    }
}

/// A database of its own, dropped with the server at the end of the test run.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
}

impl TestDatabase {
    /// Clones the migrated template.
    ///
    /// # Errors
    /// When the tests were not started through `scripts/test`.
    pub async fn create() -> Result<Self> {
        Self::from_template(Template::Migrated).await
    }

    /// Clones a template.
    ///
    /// # Errors
    /// When the tests were not started through `scripts/test`.
    pub async fn from_template(template: Template) -> Result<Self> {
        let services = TestServices::of_this_run()?;
        let server = services.postgres_url;
        let name = format!("test_{}", uuid::Uuid::now_v7().simple());
        let mut connection = AsyncPgConnection::establish(&server)
            .await
            .context("connecting to the PostgreSQL of the test run")?;
        connection
            .batch_execute(&format!(
                "CREATE DATABASE {name} TEMPLATE {}",
                template.database()
            ))
            .await?;
        let (base, _database) = server
            .rsplit_once('/')
            .context("the test PostgreSQL has no database in its URL")?;
        Ok(Self {
            url: format!("{base}/{name}"),
        })
    }

    /// The address, with every right on the database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn connect(&self) -> Result<AsyncPgConnection> {
        Ok(AsyncPgConnection::establish(&self.url).await?)
    }
}
