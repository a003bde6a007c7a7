//! Settings of the database.

use std::time::Duration;

use ::database::Address;
use secrecy::{ExposeSecret, SecretString};
use service_runtime::settings::{Reader, Setting};

pub(super) const URL: Setting = Setting::new(
    "DATABASE_URL",
    "PostgreSQL 15 database that holds the catalogue, such as postgres://user:password@localhost:5432/bccb. With `?sslmode=verify-full` connections are encrypted and the server has to prove who it is, to an authority in `sslrootcert` (a PEM file) or to one that the system trusts; `require` means the same, without `sslmode` nothing is encrypted.",
)
.secret();
pub(super) const REPLICA_URLS: Setting = Setting::new(
    "DATABASE_REPLICA_URLS",
    "Streaming replicas of that database, addresses with commas between. Reads of what is public, and figures, go to them in turn; one that is away or lags too far is left out, and the primary answers. Each takes as many connections as DATABASE_POOL_SIZE.",
)
.secret();
pub(super) const REPLICA_MAX_LAG: Setting = Setting::new(
    "DATABASE_REPLICA_MAX_LAG",
    "Longest that a read waits for a replica to have everything that the primary had when the read began; then the primary answers. Nobody ever reads anything older. Too low leaves replicas unused while others write, too high makes reads slow.",
)
.unit("ms")
.default("50");
pub(super) const APP_ROLE: Setting = Setting::new(
    "DATABASE_APP_ROLE",
    "Role that `serve` connects as. `migrate`, which connects as the owner of the tables, grants it what the service needs and no more: it can neither change the record of decisions nor define tables. Unset: `migrate` grants nothing.",
);
pub(super) const POOL_SIZE: Setting = Setting::new(
    "DATABASE_POOL_SIZE",
    "Most connections to the database. Too low makes requests wait, too high exhausts the server: times the replicas it must fit max_connections.",
)
.unit("connections")
.default("10");
pub(super) const LOGGING: Setting = Setting::new(
    "DATABASE_LOGGING",
    "Whether every SQL statement is logged, without its values.",
)
.default("false");

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// Where it is.
    pub url: SecretString,
    /// Most connections.
    pub pool_size: usize,
    /// Whether statements are logged.
    pub logging: bool,
    /// Where its replicas are.
    pub replica_urls: Vec<SecretString>,
    /// Longest wait for a replica to have what the primary has.
    pub replica_max_lag: Duration,
    /// Role that `migrate` grants the rights of the service to.
    pub app_role: Option<String>,
}

impl DatabaseSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let url = reader.secret("DATABASE_URL");
        let app_role: Option<String> = reader.optional("DATABASE_APP_ROLE");
        reader.check(
            app_role.as_deref().is_none_or(is_role_name),
            "DATABASE_APP_ROLE",
            "is not the name of a role",
            "use at most 63 lower-case letters, digits and underscores, beginning with a letter",
        );
        let replicas = reader.optional_secret("DATABASE_REPLICA_URLS");
        let replica_urls: Vec<SecretString> = replicas
            .iter()
            .flat_map(|urls| urls.expose_secret().split(','))
            .map(str::trim)
            .filter(|url| !url.is_empty())
            .map(SecretString::from)
            .collect();
        check_address(reader, "DATABASE_URL", &url);
        for url in &replica_urls {
            check_address(reader, "DATABASE_REPLICA_URLS", url);
        }
        Self {
            app_role,
            url,
            pool_size: reader.integer("DATABASE_POOL_SIZE", 2_usize..=200),
            logging: reader.flag("DATABASE_LOGGING"),
            replica_max_lag: Duration::from_millis(
                reader.integer("DATABASE_REPLICA_MAX_LAG", 0..=5_000),
            ),
            replica_urls,
        }
    }
}

/// Refuses an address that cannot be used as it says. One that is missing has been reported already.
fn check_address(reader: &mut Reader, name: &'static str, url: &SecretString) {
    if url.expose_secret().is_empty() {
        return;
    }
    if let Err(error) = Address::parse(url.expose_secret()) {
        let hint = "write it like postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem";
        reader.check(false, name, &error.to_string(), hint);
    }
}

fn is_role_name(name: &str) -> bool {
    let usual = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
    };
    name.len() <= 63
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(usual)
}
