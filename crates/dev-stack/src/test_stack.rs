//! A platform per test: the shipped binaries on free ports, and people who use them.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::demo::Account;
use crate::index_health::IndexHealth;
use crate::layout::Layout;
use crate::platform::Platform;
use crate::service::RunningService;
use crate::system;
use crate::test_database::{Template, TestDatabase};
use crate::test_services::TestServices;

/// Which parts of the platform a test needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parts {
    /// The credential service.
    Credentials,
    /// And the gateway.
    Gateway,
    /// And the AI service, with its index up to date.
    Everything,
}

/// A platform of its own, gone with the test.
#[derive(Debug)]
pub struct TestStack {
    /// Its database.
    pub database: TestDatabase,
    /// Its settings.
    pub platform: Platform,
    /// The credential service.
    pub credential: RunningService,
    /// The AI service.
    pub ai: Option<RunningService>,
    /// The gateway.
    pub gateway: Option<RunningService>,
    accounts: Vec<Account>,
    _folder: TempDir,
}

impl TestStack {
    /// Starts parts of the platform on a clone of a template.
    ///
    /// # Errors
    /// When a part does not come up, with its last words.
    pub async fn start(template: Template, parts: Parts) -> Result<Self> {
        Self::start_with(template, parts, &[]).await
    }

    /// Starts parts of the platform with settings of the test's own.
    ///
    /// # Errors
    /// When a part does not come up, with its last words.
    pub async fn start_with(
        template: Template,
        parts: Parts,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let services = TestServices::of_this_run()?;
        let database = TestDatabase::from_template(template).await?;
        let folder = tempfile::Builder::new().prefix("bccb-test-").tempdir()?;
        let mut extra: BTreeMap<String, String> = demo_limits();
        extra.extend(
            settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let platform = Platform {
            layout: Layout::of_this_build()?,
            folder: folder.path().to_owned(),
            environment: "test",
            database_url: database.url().to_owned(),
            redis_url: Some(services.redis_url.clone()),
            jwt_secret: system::random_secret(),
            extra,
        };
        let credential = RunningService::start_ready(platform.credential_service()?).await?;
        let ai = if parts >= Parts::Everything {
            Some(RunningService::start_ready(platform.ai_service(&credential)?).await?)
        } else {
            None
        };
        let gateway = if parts >= Parts::Gateway {
            let ai_url = ai
                .as_ref()
                .map_or(Ok("http://127.0.0.1:9".to_owned()), |ai| ai.url("http"))?;
            Some(RunningService::start(platform.api_gateway(0, &credential, &ai_url)?).await?)
        } else {
            None
        };
        let accounts = match template {
            Template::Migrated => Vec::new(),
            Template::Seeded => serde_json::from_slice(&std::fs::read(&services.accounts_file)?)?,
        };
        let stack = Self {
            database,
            platform,
            credential,
            ai,
            gateway,
            accounts,
            _folder: folder,
        };
        if stack.ai.is_some() {
            stack.index_caught_up().await?;
        }
        Ok(stack)
    }

    /// The URL of the gateway.
    ///
    /// # Errors
    /// When the stack has none.
    pub fn gateway_url(&self) -> Result<String> {
        self.gateway
            .as_ref()
            .context("this stack has no gateway")?
            .url("http")
    }

    /// The URL of the AI service.
    ///
    /// # Errors
    /// When the stack has none.
    pub fn ai_url(&self) -> Result<String> {
        self.ai
            .as_ref()
            .context("this stack has no AI service")?
            .url("http")
    }

    /// Waits until the AI service has embedded everything that it knows of.
    ///
    /// # Errors
    /// When that takes more than four minutes.
    pub async fn index_caught_up(&self) -> Result<IndexHealth> {
        let url = self.ai_url()?;
        eventually(
            "the index catching up",
            Duration::from_secs(240),
            async || {
                IndexHealth::ask(&url)
                    .await
                    .ok()
                    .filter(|health| health.caught_up)
            },
        )
        .await
    }

    /// Somebody who has not signed in.
    ///
    /// # Errors
    /// When the stack has no gateway.
    pub fn visitor(&self) -> Result<Actor> {
        Ok(Actor {
            client: reqwest::Client::new(),
            base: format!("{}/api/v1", self.gateway_url()?),
            token: None,
        })
    }

    /// The demonstration account of a role, at an institution if one is named.
    ///
    /// # Errors
    /// When there is none.
    pub fn account(&self, role: &str, institution: Option<&str>) -> Result<&Account> {
        self.accounts
            .iter()
            .find(|account| {
                account.role == role
                    && (institution.is_none() || account.institution_code.as_deref() == institution)
            })
            .with_context(|| format!("there is no demonstration account with the role {role}"))
    }

    /// Somebody who has signed in.
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn signed_in(&self, role: &str) -> Result<Actor> {
        let account = self.account(role, None)?.clone();
        self.signed_in_as(&account).await
    }

    /// The owner of an account, signed in.
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn signed_in_as(&self, account: &Account) -> Result<Actor> {
        let visitor = self.visitor()?;
        let answer = visitor
            .post(
                "/auth/login",
                &json!({"email": account.email, "password": account.password}),
            )
            .await?;
        let token = answer
            .at("/data/access_token")
            .as_str()
            .with_context(|| format!("signing in failed: {}", answer.body))?;
        Ok(Actor {
            token: Some(token.to_owned()),
            ..visitor
        })
    }
}

/// Rate limits that do not stand in the way of a demonstration or a test.
#[must_use]
pub fn demo_limits() -> BTreeMap<String, String> {
    [
        "RATE_LIMIT_MAX_REQUESTS",
        "RATE_LIMIT_MAX_REQUESTS_ANONYMOUS",
        "RATE_LIMIT_MAX_REQUESTS_AUTH",
    ]
    .into_iter()
    .map(|name| (name.to_owned(), "1000000".to_owned()))
    .collect()
}

/// Asks again and again until there is an answer or patience ends.
///
/// # Errors
/// When the time is up.
pub async fn eventually<T>(
    what: &str,
    patience: Duration,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> Result<T> {
    let attempt = async {
        let mut pace = tokio::time::interval(Duration::from_millis(20));
        loop {
            pace.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    tokio::time::timeout(patience, attempt)
        .await
        .with_context(|| format!("{what} did not happen within {} s", patience.as_secs()))
}

/// An answer of the gateway.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body; `null` when it is not JSON.
    pub body: Value,
}

impl Answer {
    /// A part of the body by its JSON pointer; `null` when it is not there.
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// A text in the body by its JSON pointer.
    ///
    /// # Errors
    /// When it is not there, with the whole answer.
    pub fn text(&self, pointer: &str) -> Result<String> {
        let text = self
            .at(pointer)
            .as_str()
            .with_context(|| format!("no text at `{pointer}` of {} {}", self.status, self.body))?;
        Ok(text.to_owned())
    }
}

/// Somebody who uses the REST interface.
#[derive(Clone, Debug)]
pub struct Actor {
    client: reqwest::Client,
    base: String,
    /// Access token, once signed in.
    pub token: Option<String>,
}

impl Actor {
    /// Reads.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(self.client.get(format!("{}{path}", self.base)))
            .await
    }

    /// Sends a body.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.client.post(format!("{}{path}", self.base)).json(body))
            .await
    }

    /// Replaces an object.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.client.put(format!("{}{path}", self.base)).json(body))
            .await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer> {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await?;
        Ok(Answer {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        })
    }
}
