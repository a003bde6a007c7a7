//! What an operator can set.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use domain::account::password::PasswordPolicy;
use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};
use service_runtime::settings::{Reader, Setting};

/// Time a client has to send a head, and then a body.
const SLOW_LIMIT: Duration = Duration::from_secs(10);
/// Longest life of an access token in seconds: until then a lost role may still be believed where the change feed is late.
const LONGEST_TOKEN_LIFE: u64 = 900;
/// Longest wait for Redis.
const REDIS_LIMIT: Duration = Duration::from_millis(50);

/// Definitions of the gateway's own settings.
pub const SETTINGS: &[Setting] = &[
    Setting::new("API_PORT", "Port of the REST interface; 0 lets the system choose.").default("3000"),
    Setting::new("CREDENTIAL_SERVICE_URL", "Address of credential-service (gRPC).")
        .default("http://127.0.0.1:50051"),
    Setting::new("AI_SERVICE_URL", "Address of ai-service (gRPC).").default("http://127.0.0.1:8000"),
    Setting::new(
        "REDIS_URL",
        "Redis that all gateways share for limits and kept answers, such as redis://127.0.0.1:6379 (rediss:// for TLS). Empty: every gateway counts and keeps for itself.",
    )
    .secret(),
    Setting::new(
        "REDIS_MAX_RETRIES",
        "Times a Redis command is tried again within its 50 ms before this gateway goes on alone.",
    )
    .default("1"),
    Setting::new(
        "CACHE_MAX_BYTES",
        "Memory of this process for answers of public reads. Too low makes the database answer again what it answered before; 0 keeps nothing.",
    )
    .unit("bytes")
    .default("67108864"),
    Setting::new(
        "JWT_SECRET",
        "Key that signs access tokens, the same in every service: at least 32 random bytes.",
    )
    .secret(),
    Setting::new(
        "JWT_SECRET_PREVIOUS",
        "Key that signed them before; tokens signed with it are still accepted while keys change.",
    )
    .secret(),
    Setting::new(
        "JWT_EXPIRES_IN",
        "Life of an access token, at most 15 minutes. Too long delays the effect of a lost role, too short makes clients refresh all the time.",
    )
    .unit("s")
    .default("900"),
    Setting::new(
        "PASSWORD_MIN_LENGTH",
        "Fewest characters of a new password, from 8 to 64; the same in the gateway and in credential-service. Too low lets weak ones in, too high makes people write them down.",
    )
    .default("15"),
    Setting::new(
        "ALLOWED_ORIGINS",
        "Web origins that may call from a browser, separated by commas, such as https://example.org. The web app behind WEB_DIR needs none.",
    ),
    Setting::new("RATE_LIMIT_WINDOW_MS", "Length of the window in which requests are counted.")
        .unit("ms")
        .default("3600000"),
    Setting::new("RATE_LIMIT_MAX_REQUESTS", "Requests of one signed-in person in a window.").default("1000"),
    Setting::new(
        "RATE_LIMIT_MAX_REQUESTS_ANONYMOUS",
        "Requests of one address in a window, for callers without a token.",
    )
    .default("100"),
    Setting::new(
        "RATE_LIMIT_MAX_REQUESTS_AUTH",
        "Sign-ins, registrations, password resets of one address and refreshes of one session in a window, each counted apart. Too low locks out a campus behind one address, too high helps those who guess passwords.",
    )
    .default("60"),
    Setting::new(
        "TRUSTED_PROXIES",
        "Networks whose X-Forwarded-For is believed, such as 10.0.0.0/8,::1/128. Empty: the address of the connection counts.",
    ),
    Setting::new(
        "REQUEST_TIMEOUT_MS",
        "Time for an answer of credential-service; less than 200 ms is refused on the way.",
    )
    .unit("ms")
    .default("10000"),
    Setting::new(
        "EXCHANGE_TIMEOUT_MS",
        "Time for an import or an export as a whole, at most 10 minutes. Too low breaks off large files, too high lets slow clients hold one of the few places.",
    )
    .unit("ms")
    .default("300000"),
    Setting::new("AI_TIMEOUT_MS", "Time for an answer of ai-service.")
        .unit("ms")
        .default("15000"),
    Setting::new(
        "WEB_DIR",
        "Folder with the built web app, served beside the API. Empty: none.",
    ),
];

/// What the gateway was told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address of the REST interface.
    pub address: SocketAddr,
    /// Address of credential-service.
    pub credential_service_url: String,
    /// Address of ai-service.
    pub ai_service_url: String,
    /// Redis, if there is one.
    pub redis_url: Option<SecretString>,
    /// Times a Redis command is tried again.
    pub redis_max_retries: u32,
    /// Longest wait for Redis; not a setting, because it is part of every answer's time.
    pub redis_limit: Duration,
    /// Memory for answers of public reads; 0: nothing is kept.
    pub cache_max_bytes: u64,
    /// Time a client has to send a head, and then a body; not a setting, because slower clients only hold places.
    pub slow_limit: Duration,
    /// Keys and life of access tokens.
    pub tokens: TokenSettings,
    /// What new passwords must be.
    pub passwords: PasswordPolicy,
    /// Web origins that may call.
    pub allowed_origins: Vec<String>,
    /// How often one may ask.
    pub limits: LimitSettings,
    /// Networks whose word about the client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Time for an answer of credential-service.
    pub request_timeout: Duration,
    /// Time for an import or an export.
    pub exchange_timeout: Duration,
    /// Time for an answer of ai-service.
    pub ai_timeout: Duration,
    /// Folder with the built web app.
    pub web_dir: Option<PathBuf>,
    /// Whether browsers are told to stay with HTTPS.
    pub strict_transport: bool,
}

/// Keys and life of access tokens.
#[derive(Clone, Debug)]
pub struct TokenSettings {
    /// Key that signs.
    pub secret: SecretString,
    /// Key that signed before.
    pub previous: Option<SecretString>,
    /// Life of an access token.
    pub lifetime: Duration,
}

/// How often one may ask.
#[derive(Clone, Copy, Debug)]
pub struct LimitSettings {
    /// Length of a window.
    pub window: Duration,
    /// Requests of one person.
    pub person: u32,
    /// Requests of one address without a token.
    pub anonymous: u32,
    /// Sign-ins, registrations, refreshes of one address.
    pub auth: u32,
}

impl Settings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let credential_service_url = service_url(reader, "CREDENTIAL_SERVICE_URL");
        let ai_service_url = service_url(reader, "AI_SERVICE_URL");
        let allowed_origins: Vec<String> = reader.list("ALLOWED_ORIGINS");
        reader.check(
            allowed_origins.iter().all(|origin| is_origin(origin)),
            "ALLOWED_ORIGINS",
            "must hold origins only",
            "write scheme and host without a path, such as https://example.org",
        );
        let web_dir: Option<PathBuf> = reader.optional("WEB_DIR");
        reader.check(
            web_dir
                .as_ref()
                .is_none_or(|folder| folder.join("index.html").is_file()),
            "WEB_DIR",
            "holds no index.html",
            "build the web app first, or leave it empty",
        );
        let redis_url = reader.optional_secret("REDIS_URL");
        reader.check(
            redis_url
                .as_ref()
                .is_none_or(|url| crate::redis::is_address(url.expose_secret())),
            "REDIS_URL",
            "is not the address of a Redis",
            "write it like redis://127.0.0.1:6379, or leave it empty",
        );
        Some(Self {
            address: reader.listen_address("API_PORT"),
            credential_service_url,
            ai_service_url,
            redis_url,
            redis_max_retries: reader.integer("REDIS_MAX_RETRIES", 0..=10),
            redis_limit: REDIS_LIMIT,
            cache_max_bytes: reader.integer("CACHE_MAX_BYTES", 0..=1_099_511_627_776),
            slow_limit: SLOW_LIMIT,
            tokens: TokenSettings {
                secret: reader.jwt_secret("JWT_SECRET"),
                previous: reader.optional_jwt_secret("JWT_SECRET_PREVIOUS"),
                lifetime: reader.duration_seconds("JWT_EXPIRES_IN", 1..=LONGEST_TOKEN_LIFE),
            },
            passwords: PasswordPolicy::new(reader.integer("PASSWORD_MIN_LENGTH", 8..=64)),
            allowed_origins,
            limits: LimitSettings {
                window: reader.duration_ms("RATE_LIMIT_WINDOW_MS", 1_000..=86_400_000),
                person: reader.integer("RATE_LIMIT_MAX_REQUESTS", 1..=10_000_000),
                anonymous: reader.integer("RATE_LIMIT_MAX_REQUESTS_ANONYMOUS", 1..=10_000_000),
                auth: reader.integer("RATE_LIMIT_MAX_REQUESTS_AUTH", 1..=10_000_000),
            },
            trusted_proxies: reader.list("TRUSTED_PROXIES"),
            request_timeout: reader.duration_ms("REQUEST_TIMEOUT_MS", 200..=300_000),
            exchange_timeout: reader.duration_ms("EXCHANGE_TIMEOUT_MS", 1_000..=600_000),
            ai_timeout: reader.duration_ms("AI_TIMEOUT_MS", 200..=300_000),
            web_dir,
            strict_transport: reader.app_environment().is_production(),
        })
    }
}

fn service_url(reader: &mut Reader, name: &'static str) -> String {
    let text = reader.text(name);
    reader.check(
        text.is_empty() || protocol_accepts(&text),
        name,
        "is not the address of a service",
        "write it like http://127.0.0.1:50051",
    );
    text
}

fn protocol_accepts(text: &str) -> bool {
    text.parse::<actix_web::http::Uri>()
        .is_ok_and(|uri| uri.scheme_str() == Some("http") && uri.authority().is_some())
}

fn is_origin(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        text.strip_prefix(scheme)
            .is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '*', ' ']))
    })
}

#[cfg(test)]
mod tests {
    use service_runtime::settings::{COMMON, CommonSettings, Environment, Reader, Source};

    use super::{SETTINGS, Settings};

    fn reader(pairs: &[(&str, &str)]) -> Reader {
        let environment: Environment = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Reader::new(Source::load(&[COMMON, SETTINGS], None, &environment))
    }

    const KEY: (&str, &str) = (
        "JWT_SECRET",
        "f0b3a1c29d8e47566a7b8c9d0e1f2a3b4c5d6e7f8091a2b3",
    );

    #[test]
    fn every_setting_is_read_and_the_key_is_enough() {
        let mut reader = reader(&[KEY]);
        CommonSettings::read(&mut reader);
        let settings = Settings::read(&mut reader).unwrap();

        assert_eq!(reader.unread(), Vec::<&str>::new());
        reader.finish().unwrap();
        assert_eq!(settings.address.to_string(), "127.0.0.1:3000");
        assert!(settings.strict_transport);
    }

    #[test]
    fn an_access_token_lives_a_quarter_of_an_hour_at_most() {
        for (seconds, good) in [("0", false), ("1", true), ("900", true), ("901", false)] {
            let mut reader = reader(&[KEY, ("JWT_EXPIRES_IN", seconds)]);
            CommonSettings::read(&mut reader);
            Settings::read(&mut reader);

            assert_eq!(reader.finish().is_ok(), good, "{seconds}");
        }
    }

    #[test]
    fn all_problems_come_at_once() {
        let mut reader = reader(&[
            ("AI_SERVICE_URL", "ai"),
            ("REDIS_URL", "127.0.0.1 6379"),
            ("ALLOWED_ORIGINS", "https://example.org/app"),
            ("TRUSTED_PROXIES", "10.0.0.0/99"),
            ("WEB_DIR", "no/such/folder"),
        ]);
        Settings::read(&mut reader);

        let problems = reader.finish().unwrap_err();

        let keys: Vec<_> = problems
            .iter()
            .map(|problem| problem.key.as_str())
            .collect();
        for key in [
            "AI_SERVICE_URL",
            "REDIS_URL",
            "ALLOWED_ORIGINS",
            "TRUSTED_PROXIES",
            "WEB_DIR",
            "JWT_SECRET",
        ] {
            assert!(keys.contains(&key), "{key} in {keys:?}");
        }
    }
}
