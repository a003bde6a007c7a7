//! The whole platform with a demonstration catalogue: what `scripts/up` runs.

mod files;
mod screen;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use self::files::{remove_if_there, remove_tree_if_there, write_private};
use self::screen::{Steps, announce, tell};
use crate::index_health::IndexHealth;
use crate::layout::Layout;
use crate::platform::Platform;
use crate::postgres::{DatabaseUrls, Durability, Postgres};
use crate::redis::Redis;
use crate::service::RunningService;
use crate::supervise::keep_running;
use crate::system;
use crate::test_stack::demo_limits;

const DEFAULT_PORT: u16 = 3000;

/// A demonstration account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// What the person may do.
    pub role: String,
    /// E-mail to sign in with.
    pub email: String,
    /// Random password.
    pub password: String,
    /// Institution that the person acts for.
    pub institution_code: Option<String>,
}

/// Addresses and accounts of a running demonstration: `demo.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Demo {
    /// The web app and, below `/api/v1`, the REST interface.
    pub base_url: String,
    /// The AI service: gRPC and `/health`.
    pub ai_url: String,
    /// The credential service: gRPC.
    pub credential_url: String,
    /// Prometheus metrics of the gateway.
    pub metrics_url: String,
    /// Folder with every mail that the platform has sent, one file each.
    pub mail_folder: PathBuf,
    /// One account per role.
    pub accounts: Vec<Account>,
}

/// What the person who starts it wants.
#[derive(Clone, Debug, Default)]
pub struct DemoOptions {
    /// Port of the web app and the REST interface; none: 3000, or a free one when that is taken.
    pub port: Option<u16>,
    /// Forget what an earlier run has stored.
    pub fresh: bool,
    /// An existing database instead of a private one.
    pub database_url: Option<String>,
    /// An existing Redis instead of a private one.
    pub redis_url: Option<String>,
}

/// Servers of our own, if the caller brought none.
#[derive(Debug, Default)]
struct PrivateServers {
    postgres: Option<Postgres>,
    redis: Option<Redis>,
}

impl PrivateServers {
    async fn stop(self) -> Result<()> {
        if let Some(redis) = self.redis {
            redis.stop().await?;
        }
        if let Some(postgres) = self.postgres {
            postgres.stop().await?;
        }
        Ok(())
    }
}

/// Path of `demo.json`.
#[must_use]
pub fn demo_file(layout: &Layout) -> PathBuf {
    layout.data.join("demo.json")
}

/// Path of the settings that a service's own commands need to work on the running platform.
#[must_use]
pub fn environment_file(layout: &Layout) -> PathBuf {
    layout.data.join("stack.env")
}

/// Runs the demonstration until asked to stop.
///
/// # Errors
/// When a part does not come up; everything started before is stopped.
pub async fn run(layout: &Layout, options: &DemoOptions, stop: CancellationToken) -> Result<()> {
    let mut servers = PrivateServers::default();
    let result = run_on(layout, options, &stop, &mut servers).await;
    remove_if_there(&demo_file(layout))?;
    remove_if_there(&environment_file(layout))?;
    let stopped = servers.stop().await;
    result.and(stopped)
}

async fn run_on(
    layout: &Layout,
    options: &DemoOptions,
    stop: &CancellationToken,
    servers: &mut PrivateServers,
) -> Result<()> {
    let port = gateway_port(options.port)?;
    let steps = Steps::new();
    let mut platform = start_servers(layout, options, servers, &steps).await?;
    // The links of mails lead to the web app, wherever it is this time.
    let public_url = format!("http://127.0.0.1:{port}");
    platform.extra.insert("PUBLIC_URL".into(), public_url);
    steps.begin("Bringing the tables up to date");
    platform.command("credential-service", &["migrate"]).await?;
    platform.command("ai-service", &["migrate"]).await?;
    steps.begin("Filling in the demonstration catalogue");
    let accounts = seed(layout, &platform).await?;
    steps.begin("Starting credential-service");
    let credential = RunningService::start_ready(platform.credential_service()?).await?;
    steps.begin("Starting the worker");
    let worker = RunningService::start_ready(platform.worker()?).await?;
    steps.begin("Starting ai-service");
    let ai = RunningService::start_ready(platform.ai_service(&credential)?).await?;
    steps.begin("Starting api-gateway");
    let gateway =
        RunningService::start_ready(platform.api_gateway(port, &credential, &ai.url("http")?)?)
            .await?;
    wait_for_index(&ai, &steps).await?;
    let demo = Demo {
        base_url: gateway.url("http")?,
        ai_url: ai.url("http")?,
        credential_url: credential.url("grpc")?,
        metrics_url: format!("{}/metrics", gateway.url("admin")?),
        mail_folder: platform.mail_folder(),
        accounts,
    };
    // For the operator's commands of the services, as scripts/import runs them; before demo.json, which says that all is ready.
    let app_role = platform.database.app_role.as_deref().unwrap_or_default();
    let environment = format!(
        "APP_ENV={}\nDATABASE_URL={}\nDATABASE_APP_ROLE={app_role}\nJWT_SECRET={}\n",
        platform.environment, platform.database.owner, platform.jwt_secret
    );
    write_private(&environment_file(layout), environment.as_bytes())?;
    write_private(&demo_file(layout), &serde_json::to_vec_pretty(&demo)?)?;
    steps.finish();
    announce(layout, &demo);
    let say = |text: String| tell(&text);
    // The gateway stops first, so that nobody is answered by half a platform.
    let (gateway_stop, service_stop) = (stop.clone(), CancellationToken::new());
    let services = async {
        tokio::try_join!(
            keep_running(credential, service_stop.clone(), say),
            keep_running(worker, service_stop.clone(), say),
            keep_running(ai, service_stop.clone(), say)
        )
    };
    let front = async {
        let ended = keep_running(gateway, gateway_stop, say).await;
        service_stop.cancel();
        ended
    };
    tokio::try_join!(services, front)?;
    Ok(())
}

async fn start_servers(
    layout: &Layout,
    options: &DemoOptions,
    servers: &mut PrivateServers,
    steps: &Steps,
) -> Result<Platform> {
    let folder = layout.servers()?;
    if options.fresh {
        steps.begin("Forgetting the earlier demonstration");
        for part in ["postgres", "redis"] {
            remove_tree_if_there(&folder.join(part))?;
        }
    }
    let database = match &options.database_url {
        Some(url) => DatabaseUrls::of_one_role(url),
        None => {
            steps.begin("Starting a private PostgreSQL");
            let postgres = Postgres::start(&folder.join("postgres"), Durability::Safe).await?;
            let database = postgres.ensure_database("bccb").await?;
            servers.postgres = Some(postgres);
            database
        }
    };
    let redis_url = match &options.redis_url {
        Some(url) => url.clone(),
        None => {
            steps.begin("Starting a private Redis");
            let redis = Redis::start(&folder.join("redis")).await?;
            let url = redis.url();
            servers.redis = Some(redis);
            url
        }
    };
    Ok(Platform {
        layout: layout.clone(),
        folder: layout.data.join("logs"),
        environment: "development",
        database,
        redis_url: Some(redis_url),
        jwt_secret: signing_key(layout)?,
        extra: demo_limits(),
    })
}

async fn seed(layout: &Layout, platform: &Platform) -> Result<Vec<Account>> {
    let accounts = layout.data.join("accounts.json");
    let path = accounts
        .to_str()
        .context("the data folder's name is not UTF-8")?;
    platform
        .command(
            "credential-service",
            &["seed", "--demo", "--accounts-file", path],
        )
        .await?;
    let read = serde_json::from_slice(&std::fs::read(&accounts)?)
        .context("reading the demonstration accounts")?;
    remove_if_there(&accounts)?;
    Ok(read)
}

async fn wait_for_index(ai: &RunningService, steps: &Steps) -> Result<()> {
    let url = ai.url("http")?;
    let mut pace = tokio::time::interval(Duration::from_millis(250));
    loop {
        pace.tick().await;
        let state = IndexHealth::ask(&url).await?;
        if state.caught_up {
            return Ok(());
        }
        steps.begin(&format!(
            "Reading the catalogue: {} offers, {} without vectors, {} whose outcomes have none",
            state.indexed, state.backlog, state.passage_backlog
        ));
    }
}

fn gateway_port(wanted: Option<u16>) -> Result<u16> {
    match wanted {
        Some(0) => system::free_port(),
        Some(port) if system::is_free(port) => Ok(port),
        Some(port) => bail!("port {port} is taken: name another one with --port"),
        None if system::is_free(DEFAULT_PORT) => Ok(DEFAULT_PORT),
        None => {
            tell(&format!(
                "port {DEFAULT_PORT} is taken, so a free one is used"
            ));
            system::free_port()
        }
    }
}

/// The key that tokens are signed with, kept so that sessions outlive a restart.
fn signing_key(layout: &Layout) -> Result<String> {
    let path = layout.data.join("signing-key");
    if let Ok(key) = std::fs::read_to_string(&path) {
        return Ok(key);
    }
    let key = system::random_secret();
    write_private(&path, key.as_bytes())?;
    Ok(key)
}
