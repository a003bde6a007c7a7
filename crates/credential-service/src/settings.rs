//! Settings of the credential service.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;
use service_runtime::settings::{Reader, Setting};

/// Definitions of the service's own settings.
pub const SETTINGS: &[Setting] = &[
    Setting::new(
        "CREDENTIAL_PORT",
        "Port of the gRPC interface; 0 lets the system choose.",
    )
    .default("50051"),
    Setting::new(
        "DATABASE_URL",
        "PostgreSQL 15 database that holds the catalogue, such as postgres://user:password@localhost:5432/bccb.",
    )
    .secret(),
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
        "Address of the web app as people open it; the links in mails begin with it.",
    )
    .default("http://localhost:5173"),
];

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// Where it is.
    pub url: SecretString,
    /// Most connections.
    pub pool_size: usize,
    /// Whether statements are logged.
    pub logging: bool,
}

/// Settings of the serving process.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where gRPC listens.
    pub grpc_address: SocketAddr,
    /// How to reach the database.
    pub database: DatabaseSettings,
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
        Self {
            url,
            pool_size: reader.integer("DATABASE_POOL_SIZE", 2_usize..=200),
            logging: reader.flag("DATABASE_LOGGING"),
        }
    }
}

impl Settings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let public_url = reader.text("PUBLIC_URL");
        reader.check(
            is_web_address(&public_url),
            "PUBLIC_URL",
            "is not the address of a web app",
            "write it like https://bccb.example.org",
        );
        Some(Self {
            public_url,
            grpc_address: reader.listen_address("CREDENTIAL_PORT"),
            database: DatabaseSettings::read(reader),
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
            reflection: !reader.app_environment().is_production(),
        })
    }
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
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let mut reader = Reader::new(Source::load(&[COMMON, SETTINGS], None, &environment));

        CommonSettings::read(&mut reader);
        let settings = Settings::read(&mut reader).unwrap();

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
