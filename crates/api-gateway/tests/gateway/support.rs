//! Starts gateways and asks them.

pub(crate) mod browser;
pub(crate) mod catalogue;
pub(crate) mod document;
pub(crate) mod redis;
pub(crate) mod services;
pub(crate) mod socket;

use std::net::SocketAddr;
use std::time::Duration;

use api_gateway::settings::{LimitSettings, TokenSettings};
use api_gateway::{Application, Settings};
use domain::id::{InstitutionId, SessionId, UserId};
use domain::policy::Principal;
use domain::vocabulary::UserRole;
use protocol::token::TokenSigner;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};
use secrecy::SecretString;
use serde_json::Value;
use service_runtime::{Health, Shutdown};

pub(crate) const KEY: &str = "f0b3a1c29d8e47566a7b8c9d0e1f2a3b4c5d6e7f8091a2b3";
/// Nothing listens there.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:1";

/// Settings that stand in nobody's way.
pub(crate) fn settings() -> Settings {
    Settings {
        address: "127.0.0.1:0".parse().unwrap(),
        credential_service_url: NOWHERE.into(),
        ai_service_url: NOWHERE.into(),
        redis_url: None,
        redis_max_retries: 0,
        redis_limit: Duration::from_millis(50),
        cache_max_bytes: 0,
        slow_limit: Duration::from_secs(10),
        tokens: TokenSettings {
            secret: KEY.into(),
            previous: None,
            lifetime: Duration::from_secs(900),
        },
        passwords: domain::account::password::PasswordPolicy::default(),
        allowed_origins: vec!["https://app.example.org".into()],
        limits: LimitSettings {
            window: Duration::from_secs(3_600),
            person: 100_000,
            anonymous: 100_000,
            auth: 100_000,
        },
        trusted_proxies: Vec::new(),
        exchange_timeout: Duration::from_secs(20),
        request_timeout: Duration::from_secs(10),
        ai_timeout: Duration::from_secs(10),
        web_dir: None,
        strict_transport: false,
    }
}

/// A running gateway; it ends with the value.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    client: Client,
    shutdown: Shutdown,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect(&self.text)
    }

    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .unwrap_or("none")
            .to_owned()
    }

    /// Names of the fields at fault.
    pub(crate) fn fields(&self) -> Vec<String> {
        let json = self.json();
        let details = json["error"]["details"].as_array().expect("details");
        details
            .iter()
            .map(|detail| detail["field"].as_str().expect("field").to_owned())
            .collect()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }
}

/// What is asked.
#[derive(Default)]
pub(crate) struct Ask {
    pub(crate) token: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

pub(crate) fn with_token(token: &str) -> Ask {
    Ask {
        token: Some(token.to_owned()),
        ..Ask::default()
    }
}

pub(crate) fn with_json(body: impl Into<Vec<u8>>) -> Ask {
    Ask {
        headers: vec![("content-type", "application/json".into())],
        body: Some(body.into()),
        ..Ask::default()
    }
}

impl Ask {
    pub(crate) fn signed(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl Gateway {
    /// Starts one with the production constructor, on a port of its own.
    pub(crate) fn start(settings: Settings) -> Self {
        service_runtime::tls::use_ring();
        let shutdown = Shutdown::new();
        let application = Application::build(settings, &Health::new(), &shutdown).unwrap();
        let address = application.address();
        let running = application.run_until(shutdown.clone());
        tokio::spawn(async move { running.await.map_err(|error| error.to_string()) });
        Self {
            address,
            client: Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            shutdown,
        }
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, ask: Ask) -> Reply {
        let mut request = self
            .client
            .request(method, format!("http://{}{path}", self.address));
        if let Some(token) = ask.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
        if let Some(body) = ask.body {
            request = request.body(body);
        }
        let response = request.send().await.expect("an answer");
        Reply {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.expect("a body of text"),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask(Method::GET, path, Ask::default()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Reply {
        self.ask(Method::POST, path, with_json(body)).await
    }
}

/// An access token of a person, signed with `key`.
pub(crate) fn token_signed(
    key: &str,
    role: UserRole,
    institution_id: Option<InstitutionId>,
) -> String {
    let principal = Principal::User {
        user_id: UserId::generate(),
        session_id: SessionId::generate(),
        role,
        institution_id,
    };
    TokenSigner::new(&SecretString::from(key))
        .sign(&principal, Duration::from_secs(600))
        .unwrap()
}

/// A good access token.
pub(crate) fn token(role: UserRole) -> String {
    token_signed(KEY, role, None)
}
