//! Settings of the credential service.

mod mail;
mod storage;
mod upkeep;
mod worker;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use database::Address;
use domain::Failure;
use secrecy::{ExposeSecret, SecretString};
use service_runtime::settings::{Reader, Setting};

pub use mail::{MailSettings, MailWay, SmtpSettings, SmtpTls};
pub use storage::{BucketSettings, StorageSettings};
pub use upkeep::UpkeepSettings;
pub use worker::WorkerSettings;

use crate::secret::audit_key::AuditKey;

/// Definitions of the service's own settings.
pub const SETTINGS: &[Setting] = &[
    Setting::new(
        "CREDENTIAL_PORT",
        "Port of the gRPC interface; 0 lets the system choose.",
    )
    .default("50051"),
    Setting::new(
        "DATABASE_URL",
        "PostgreSQL 15 database that holds the catalogue, such as postgres://user:password@localhost:5432/bccb. With `?sslmode=verify-full` connections are encrypted and the server has to prove who it is, to an authority in `sslrootcert` (a PEM file) or to one that the system trusts; `require` means the same, without `sslmode` nothing is encrypted.",
    )
    .secret(),
    Setting::new(
        "DATABASE_REPLICA_URLS",
        "Streaming replicas of that database, addresses with commas between. Reads of what is public, and figures, go to them in turn; one that is away or lags too far is left out, and the primary answers. Each takes as many connections as DATABASE_POOL_SIZE.",
    )
    .secret(),
    Setting::new(
        "DATABASE_REPLICA_MAX_LAG",
        "Longest that a read waits for a replica to have everything that the primary had when the read began; then the primary answers. Nobody ever reads anything older. Too low leaves replicas unused while others write, too high makes reads slow.",
    )
    .unit("ms")
    .default("50"),
    Setting::new(
        "DATABASE_APP_ROLE",
        "Role that `serve` connects as. `migrate`, which connects as the owner of the tables, grants it what the service needs and no more: it can neither change the record of decisions nor define tables. Unset: `migrate` grants nothing.",
    ),
    Setting::new(
        "DATABASE_POOL_SIZE",
        "Most connections to the database. Too low makes requests wait, too high exhausts the server: times the replicas it must fit max_connections.",
    )
    .unit("connections")
    .default("10"),
    Setting::new(
        "DATABASE_LOGGING",
        "Whether every SQL statement is logged, without its values.",
    )
    .default("false"),
    Setting::new(
        "JWT_SECRET",
        "Key that signs access tokens, the same in every service; at least 32 characters.",
    )
    .secret(),
    Setting::new(
        "JWT_SECRET_PREVIOUS",
        "Key before the current one; tokens signed with it are still accepted while keys change.",
    )
    .secret(),
    Setting::new(
        "REFRESH_TOKEN_EXPIRES_IN",
        "How long a session can be refreshed, counted from sign-in. Too low signs people out, too high keeps a stolen session alive.",
    )
    .unit("s")
    .default("604800"),
    Setting::new(
        "AUDIT_SIGNING_KEY",
        "Ed25519 private key that signs places of the audit chain: PKCS#8 as `openssl genpkey -algorithm ed25519` writes it, with or without its first and last line. Unset: nothing is signed, so a record that was cut off or written anew by somebody with every right on the database looks sound.",
    )
    .secret(),
    Setting::new(
        "AUDIT_ANCHOR_DIR",
        "Folder that signed places of the audit chain are appended to as JSON lines; keep it out of reach of whoever administers the database. Unset: they are kept in the database alone, where that person can remove them.",
    ),
    Setting::new(
        "REFRESH_REUSE_GRACE",
        "How long a used refresh token is answered with the same successor, for two tabs and lost answers; after it, a used token that comes back ends its session. Too low signs honest people out, too high helps thieves.",
    )
    .unit("s")
    .default("10"),
    Setting::new(
        "PASSWORD_MIN_LENGTH",
        "Fewest characters of a new password, from 8 to 64; the same in the gateway and in credential-service. Too low lets weak ones in, too high makes people write them down.",
    )
    .default("12"),
    Setting::new(
        "LOGIN_MAX_FAILURES",
        "Wrong passwords after which an account lets nobody in for a pause, except from addresses it knows. Too low annoys people, too high helps those who guess.",
    )
    .default("5"),
    Setting::new(
        "LOGIN_FAILURE_WINDOW",
        "Time within which wrong passwords count together.",
    )
    .unit("s")
    .default("900"),
    Setting::new(
        "LOGIN_PAUSE",
        "Length of that pause. Too low helps those who guess, too high keeps people out after a mistake.",
    )
    .unit("s")
    .default("900"),
    Setting::new(
        "PUBLIC_URL",
        "Address of the web app as people open it; the links in mails begin with it. In production it begins with https://.",
    )
    .default("http://localhost:5173"),
    Setting::new(
        "JOB_CONCURRENCY",
        "Jobs that one worker does at the same time. Too low lets mail and webhooks wait, too high takes connections to the database from each other.",
    )
    .unit("jobs")
    .default("4"),
    Setting::new(
        "JOB_LEASE",
        "Time after which the job of a worker that died is done again; a living worker prolongs it. Too low repeats jobs when the database is slow, too high lets them wait for a dead worker.",
    )
    .unit("s")
    .default("60"),
    mail::HOST,
    mail::PORT,
    mail::USER,
    mail::PASSWORD,
    mail::FROM,
    mail::TLS,
    mail::FOLDER,
    mail::LANGUAGE,
    storage::URL,
    storage::ENDPOINT,
    storage::REGION,
    storage::ACCESS_KEY,
    storage::SECRET_KEY,
    upkeep::OUTBOX,
    upkeep::REVIEWS,
    upkeep::REPORTS,
    Setting::new(
        "WEBHOOK_ALLOW_PRIVATE",
        "Whether webhooks may lead to addresses that are not of the public internet, and without encryption; not in production, where it would open the internal network to every institution.",
    )
    .default("false"),
];

/// How the record of decisions is signed.
#[derive(Clone, Debug)]
pub struct AuditSettings {
    /// The signing key as it was given.
    pub signing_key: Option<SecretString>,
    /// Where signed places go.
    pub anchor_folder: Option<PathBuf>,
}

impl AuditSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let signing_key = reader.optional_secret("AUDIT_SIGNING_KEY");
        let good = signing_key
            .as_ref()
            .is_none_or(|key| AuditKey::parse(key).is_ok());
        reader.check(
            good,
            "AUDIT_SIGNING_KEY",
            "is not an Ed25519 private key in PKCS#8",
            "make one with `openssl genpkey -algorithm ed25519`",
        );
        Self {
            signing_key,
            anchor_folder: reader.optional("AUDIT_ANCHOR_DIR"),
        }
    }

    /// The signing key, if there is one.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when it cannot be read, which [`AuditSettings::read`] has told before.
    pub(crate) fn key(&self) -> Result<Option<AuditKey>, Failure> {
        self.signing_key
            .as_ref()
            .map(AuditKey::parse)
            .transpose()
            .map_err(Failure::internal)
    }
}

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

/// Settings of the serving process.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where gRPC listens.
    pub grpc_address: SocketAddr,
    /// How to reach the database.
    pub database: DatabaseSettings,
    /// How the record of decisions is signed.
    pub audit: AuditSettings,
    /// Where reports are kept; none: there are no reports.
    pub storage: Option<StorageSettings>,
    /// Key that signs tokens.
    pub jwt_secret: SecretString,
    /// Key before it.
    pub jwt_secret_previous: Option<SecretString>,
    /// How long a session can be refreshed.
    pub refresh_lifetime: Duration,
    /// How long a used refresh token is answered with the same successor.
    pub refresh_grace: Duration,
    /// Fewest characters of a new password.
    pub password_min_length: usize,
    /// When wrong passwords pause an account.
    pub login: LoginSettings,
    /// Address of the web app.
    pub public_url: String,
    /// Whether webhooks may lead to addresses that are not of the public internet.
    pub allow_private: bool,
    /// Whether callers may ask for the definitions of the interface.
    pub reflection: bool,
}

/// When wrong passwords pause an account.
#[derive(Clone, Copy, Debug)]
pub struct LoginSettings {
    /// Failures that begin a pause.
    pub max_failures: i32,
    /// Time within which they count together.
    pub failure_window: Duration,
    /// Length of a pause.
    pub pause: Duration,
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

impl Settings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self {
            public_url: public_url(reader),
            grpc_address: reader.listen_address("CREDENTIAL_PORT"),
            database: DatabaseSettings::read(reader),
            audit: AuditSettings::read(reader),
            storage: StorageSettings::read(reader),
            jwt_secret: reader.jwt_secret("JWT_SECRET"),
            jwt_secret_previous: reader.optional_jwt_secret("JWT_SECRET_PREVIOUS"),
            refresh_lifetime: reader.duration_seconds("REFRESH_TOKEN_EXPIRES_IN", 60..=31_536_000),
            refresh_grace: reader.duration_seconds("REFRESH_REUSE_GRACE", 0..=60),
            password_min_length: reader.integer("PASSWORD_MIN_LENGTH", 8..=64),
            login: LoginSettings {
                max_failures: reader.integer("LOGIN_MAX_FAILURES", 1..=100),
                failure_window: reader.duration_seconds("LOGIN_FAILURE_WINDOW", 60..=86_400),
                pause: reader.duration_seconds("LOGIN_PAUSE", 1..=3_600),
            },
            allow_private: worker::allow_private(reader),
            reflection: !reader.app_environment().is_production(),
        })
    }
}

/// Reads the address of the web app.
fn public_url(reader: &mut Reader) -> String {
    let public_url = reader.text("PUBLIC_URL");
    reader.check(
        is_web_address(&public_url),
        "PUBLIC_URL",
        "is not the address of a web app",
        "write it like https://bccb.example.org",
    );
    reader.check(
        !reader.app_environment().is_production() || public_url.starts_with("https://"),
        "PUBLIC_URL",
        "leads to no encrypted page, and links in mails are as good as passwords",
        "write the address of the web app as people open it, like https://bccb.example.org",
    );
    public_url
}

fn is_web_address(text: &str) -> bool {
    text.parse::<http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some()
            && uri.query().is_none()
    })
}

#[cfg(test)]
mod tests {
    use service_runtime::settings::{COMMON, CommonSettings, Environment, Source};

    use super::*;

    #[test]
    fn every_definition_is_read_and_the_defaults_are_good() {
        let environment: Environment = [
            ("DATABASE_URL", "postgres://localhost/bccb"),
            (
                "JWT_SECRET",
                "0f5b8a1c9d3e7f2046b8c1d5e9a3f70812b4c6d8e0f1a3b5",
            ),
            ("SMTP_HOST", "mail.example.org"),
            ("PUBLIC_URL", "https://bccb.example.org"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let mut reader = Reader::new(Source::load(&[COMMON, SETTINGS], None, &environment));

        CommonSettings::read(&mut reader);
        let settings = Settings::read(&mut reader).unwrap();
        let worker = WorkerSettings::read(&mut reader).unwrap();

        assert_eq!(worker.concurrency, 4);
        assert_eq!(reader.unread(), [""; 0]);
        reader.finish().unwrap();
        assert_eq!(settings.database.pool_size, 10);
        assert_eq!(settings.refresh_lifetime, Duration::from_secs(604_800));
        assert!(
            !settings.reflection,
            "APP_ENV is production unless somebody says otherwise"
        );
    }
}
