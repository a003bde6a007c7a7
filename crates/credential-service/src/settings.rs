//! Settings of the credential service.

mod audit;
mod database;
mod mail;
mod storage;
mod upkeep;
mod worker;

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;
use service_runtime::settings::{Reader, Setting};

pub use audit::AuditSettings;
pub use database::DatabaseSettings;
pub use mail::{MailSettings, MailWay, SmtpSettings, SmtpTls};
pub use storage::{BucketSettings, StorageSettings};
pub use upkeep::UpkeepSettings;
pub use worker::WorkerSettings;

/// Definitions of the service's own settings.
pub const SETTINGS: &[Setting] = &[
    Setting::new(
        "CREDENTIAL_PORT",
        "Port of the gRPC interface; 0 lets the system choose.",
    )
    .default("50051"),
    database::URL,
    database::REPLICA_URLS,
    database::REPLICA_MAX_LAG,
    database::APP_ROLE,
    database::POOL_SIZE,
    database::LOGGING,
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
    audit::SIGNING_KEY,
    audit::ANCHOR_DIR,
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
    .default("15"),
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
        "Length of the first such pause; each further one is twice as long, up to a day, until the right password comes. Too low helps those who guess, too high keeps people out after a mistake.",
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
    storage::FOLDER,
    storage::BUCKET,
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
