//! What it costs that a read goes to a replica, which first has to have all that the primary has.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::load::{self, Load, Measured, request};
use super::{address_of, say};
use crate::actor::Actor;
use crate::layout::Layout;
use crate::platform::Platform;
use crate::postgres::{Durability, Postgres};
use crate::service::RunningService;
use crate::system;
use crate::test_services::TestServices;
use crate::test_stack::{demo_limits, eventually};

/// Rows that are read in turn.
const ROWS: usize = 100;
/// Time within which a replica is used.
const PATIENCE: Duration = Duration::from_secs(30);
/// The line of the metrics that counts reads which a replica has answered.
const USED: &str = "database_replica_reads_total{";

/// A credential service with its gateway, which keeps nothing, so that every read reaches the database.
struct Side {
    credential: RunningService,
    gateway: RunningService,
}

/// Measures the same reads on the primary alone and with a replica, and prints the ratio.
///
/// # Errors
/// A part does not come up, or the replica is hardly ever used.
pub async fn run(connections: usize, duration: Duration) -> Result<()> {
    let folder = TestServices::of_this_run()?.own_folder()?;
    let primary = Postgres::start(&folder.join("primary"), Durability::Safe).await?;
    let logs = tempfile::Builder::new().prefix("bccb-bench-").tempdir()?;
    let platform = platform(&primary, &logs).await?;
    let replica = primary.start_replica(&folder.join("replica")).await?;
    let alone = side(&platform, "primary", &[]).await?;
    let url = replica.url("bccb");
    let with = side(
        &platform,
        "replica",
        &[("DATABASE_REPLICA_URLS", url.as_str())],
    )
    .await?;
    let paths = paths(&alone).await?;
    until_used(&with, &paths).await?;

    // One connection tells what a read costs by itself, several what the machine can do.
    for connections in [1, connections] {
        let (primary, _none) = ask("primary", &alone, &paths, connections, duration).await?;
        let (replica, by_replica) = ask("replica", &with, &paths, connections, duration).await?;
        let asked = f64::from(u32::try_from(replica.answered).unwrap_or(u32::MAX));
        ensure!(
            by_replica > asked / 2.0,
            "the replica answered {by_replica} of {asked} reads"
        );
        say(&format!(
            "{connections:>3} connections: replica / primary {:.2} in time (p50), {:.2} in reads a second; {:.1} % of the reads by the replica",
            replica.within(500) / primary.within(500).max(1e-9),
            replica.per_second() / primary.per_second().max(1e-9),
            (by_replica / asked.max(1.0) * 100.0).min(100.0)
        ));
    }
    for side in [alone, with] {
        side.gateway.stop().await?;
        side.credential.stop().await?;
    }
    replica.stop().await?;
    primary.stop().await
}

/// The demonstration catalogue on a server of its own.
async fn platform(primary: &Postgres, logs: &TempDir) -> Result<Platform> {
    let mut extra = demo_limits();
    extra.insert("CACHE_MAX_BYTES".to_owned(), "0".to_owned());
    let platform = Platform {
        layout: Layout::of_this_build()?,
        folder: logs.path().to_owned(),
        environment: "test",
        database: primary.ensure_database("bccb").await?,
        redis_url: None,
        jwt_secret: system::random_secret(),
        extra,
    };
    platform.command("credential-service", &["migrate"]).await?;
    let accounts = logs.path().join("accounts.json");
    let accounts = accounts.to_str().context("the folder is not UTF-8")?;
    let seed = ["seed", "--demo", "--accounts-file", accounts];
    platform.command("credential-service", &seed).await?;
    Ok(platform)
}

async fn side(platform: &Platform, name: &str, settings: &[(&str, &str)]) -> Result<Side> {
    let mut platform = platform.clone();
    platform.folder = platform.folder.join(name);
    for (name, value) in settings {
        platform
            .extra
            .insert((*name).to_owned(), (*value).to_owned());
    }
    let credential = RunningService::start_ready(platform.credential_service()?).await?;
    let gateway = platform.api_gateway(0, &credential, "http://127.0.0.1:9")?;
    let gateway = RunningService::start_ready(gateway).await?;
    Ok(Side {
        credential,
        gateway,
    })
}

/// Addresses of some published micro-credentials.
async fn paths(side: &Side) -> Result<Vec<String>> {
    let visitor = Actor::visiting(&side.gateway.url("http")?);
    let page = visitor.get(&format!("/credentials?limit={ROWS}")).await?;
    let rows = page.at("/data").as_array().cloned().unwrap_or_default();
    let ids = rows.iter().filter_map(|row| row.get("id")?.as_str());
    let paths: Vec<String> = ids.map(|id| format!("/api/v1/credentials/{id}")).collect();
    ensure!(!paths.is_empty(), "the catalogue is empty");
    Ok(paths)
}

/// Reads that a replica has answered so far.
async fn used(side: &Side) -> Result<f64> {
    let url = format!("{}/metrics", side.credential.url("admin")?);
    let text = reqwest::get(&url).await?.text().await?;
    let lines = text.lines().filter(|line| line.starts_with(USED));
    let used = lines.filter(|line| line.contains("outcome=\"used\""));
    Ok(used
        .filter_map(|line| line.split_whitespace().next_back()?.parse::<f64>().ok())
        .sum())
}

/// Reads until the replica is known to be good.
async fn until_used(side: &Side, paths: &[String]) -> Result<()> {
    let url = side.gateway.url("http")?;
    let path = paths.first().context("the catalogue is empty")?;
    eventually("the replica answering", PATIENCE, async || {
        reqwest::get(format!("{url}{path}")).await.ok()?;
        (used(side).await.ok()? > 0.0).then_some(())
    })
    .await
}

/// Reads for a while; says how often a replica has answered meanwhile.
async fn ask(
    name: &str,
    side: &Side,
    paths: &[String],
    connections: usize,
    duration: Duration,
) -> Result<(Measured, f64)> {
    let requests = paths.iter().map(|path| request("GET", path, None));
    let load = Load {
        address: address_of(&side.gateway.url("http")?)?,
        requests: requests.collect(),
        connections,
        duration,
    };
    let warm_up = Load {
        duration: Duration::from_secs(1),
        ..load.clone()
    };
    load::run(warm_up).await?;
    let before = used(side).await?;
    let measured = load::run(load).await?;
    let by_replica = used(side).await? - before;
    ensure!(
        measured.refused == 0,
        "{name}: {} refused",
        measured.refused
    );
    say(&format!(
        "{name:<8} {connections:>3} connections {:>9.0} /s   p50 {:>7.2} ms   p99 {:>7.2} ms",
        measured.per_second(),
        measured.within(500),
        measured.within(990)
    ));
    Ok((measured, by_replica))
}
