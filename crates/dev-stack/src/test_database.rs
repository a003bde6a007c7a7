//! A database per test, cloned from a template that has been migrated (and, if wanted, seeded) once.

use anyhow::{Context, Result};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use crate::postgres::DatabaseUrls;
use crate::test_services::TestServices;

/// Roles belong to the server: those of the first template work on all its clones.
const ROLES: &str = Template::Migrated.database();

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
    roles: DatabaseUrls,
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
        // One by one: several statements at once would be a transaction, in which no database can be made.
        let origin = template.database();
        for statement in [
            format!("CREATE DATABASE {name} TEMPLATE {origin} OWNER {ROLES}_owner"),
            format!("GRANT CREATE ON DATABASE {name} TO {ROLES}_ai"),
        ] {
            connection.batch_execute(&statement).await?;
        }
        let mut address = url::Url::parse(&server)?;
        address.set_path(&name);
        let roles = DatabaseUrls {
            owner: as_role(&address, "owner")?,
            app: as_role(&address, "app")?,
            ai: as_role(&address, "ai")?,
            app_role: Some(format!("{ROLES}_app")),
        };
        Ok(Self {
            url: address.into(),
            roles,
        })
    }

    /// A database of a server that the test has started itself.
    #[must_use]
    pub const fn of_own_server(url: String, roles: DatabaseUrls) -> Self {
        Self { url, roles }
    }

    /// The superuser's address: for tests that prepare, look and tamper.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The addresses of the roles that the services and their operators work with.
    #[must_use]
    pub const fn roles(&self) -> &DatabaseUrls {
        &self.roles
    }

    /// A connection.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn connect(&self) -> Result<AsyncPgConnection> {
        Ok(AsyncPgConnection::establish(&self.url).await?)
    }
}

/// The address as one of the roles reaches it; on the private server of a test run they share a password.
fn as_role(address: &url::Url, part: &str) -> Result<String> {
    let mut address = address.clone();
    address
        .set_username(&format!("{ROLES}_{part}"))
        .map_err(|()| anyhow::anyhow!("the test PostgreSQL has an address without a host"))?;
    Ok(address.into())
}
