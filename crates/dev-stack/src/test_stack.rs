//! A platform per test: the shipped binaries on free ports, and people who use them.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use tempfile::TempDir;

use crate::actor::Actor;
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
    /// The worker, once a test has asked for it.
    pub worker: Option<RunningService>,
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
            database: database.roles().clone(),
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
            worker: None,
            accounts,
            _folder: folder,
        };
        if stack.ai.is_some() {
            stack.index_caught_up().await?;
        }
        Ok(stack)
    }

    /// Starts the worker, which few tests need.
    ///
    /// # Errors
    /// When it does not come up, with its last words.
    pub async fn start_worker(&mut self) -> Result<()> {
        self.worker = Some(RunningService::start_ready(self.platform.worker()?).await?);
        Ok(())
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
        Ok(Actor::visiting(&self.gateway_url()?))
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
        self.signed_in_as(self.account(role, None)?).await
    }

    /// The access token of somebody who signs in with a role's account.
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn token(&self, role: &str) -> Result<String> {
        self.sign_in(self.account(role, None)?).await
    }

    async fn sign_in(&self, account: &Account) -> Result<String> {
        let body = json!({"email": account.email, "password": account.password});
        self.visitor()?
            .post("/auth/login", &body)
            .await?
            .text("/data/access_token")
    }

    /// The owner of an account, signed in.
    ///
    /// # Errors
    /// When signing in fails.
    pub async fn signed_in_as(&self, account: &Account) -> Result<Actor> {
        Ok(self.visitor()?.with_token(&self.sign_in(account).await?))
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
