//! What an answer of the REST interface costs, beside the floors it cannot go below.
//!
//! Every run measures its own floors: a bare actix-web handler that answers the same bytes, and pgbench sending the same statements.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use diesel_async::SimpleAsyncConnection as _;
use tokio::process::Command;

use super::load::{self, Load, Measured, request};
use super::processor::Processor;
use super::{address_of, memory_mib, one_more_gateway, say};
use crate::service::{RunningService, ServiceSpec};
use crate::test_database::Template;
use crate::test_stack::{Parts, TestStack};

/// What credential-service sends for one micro-credential: the same statements in the same steps.
const DETAIL: &str = include_str!("detail.sql");
/// Most rows that are read in turn.
const ROWS: usize = 100;

/// Requests that the gateway admits in a window: as many as it can be told, since one visitor makes them all.
const MOST_REQUESTS: &str = "10000000";

/// How a run is made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Connections of the load.
    pub connections: usize,
    /// Time of each measurement.
    pub duration: Duration,
    /// How often a kept answer and its floor are measured, in turn: whatever else the machine does then hits both alike.
    pub rounds: usize,
    /// Whether nothing else is measured.
    pub kept_only: bool,
}

/// A kept answer beside its floor, round by round.
#[derive(Debug, Default)]
struct Rounds {
    /// Answers per second of those per second of the floor.
    rates: Vec<f64>,
    /// Microseconds of processor time for one answer of the floor.
    floor: Vec<f64>,
    /// Microseconds of processor time for one kept answer.
    kept: Vec<f64>,
}

/// Measures and prints.
///
/// # Errors
/// A part does not come up, or does not answer.
pub async fn run(options: Options) -> Result<()> {
    let limits = [("RATE_LIMIT_MAX_REQUESTS_ANONYMOUS", MOST_REQUESTS)];
    let stack = TestStack::start_with(Template::Seeded, Parts::Gateway, &limits).await?;
    let nothing_kept = [("CACHE_MAX_BYTES", "0")];
    let uncached = one_more_gateway(&stack, "without-cache", &nothing_kept).await?;
    let gateway = stack.gateway.as_ref().context("the stack has a gateway")?;
    let paths = details(&stack).await?;
    let first = paths.first().context("the catalogue is empty")?;
    let list = "/api/v1/credentials?limit=20&level=INTRODUCTORY&sort=-updatedAt";
    let bare = bare(&stack, &body_of(&gateway.url("http")?, first).await?).await?;

    let get = |paths: &[String]| -> Vec<Vec<u8>> {
        let requests = paths.iter().map(|path| request("GET", path, None));
        requests.collect()
    };
    let (one, all, list) = (
        get(std::slice::from_ref(first)),
        get(&paths),
        get(&[list.to_owned()]),
    );
    beside_floor((&bare, one), (gateway, all.clone()), options).await?;
    if options.kept_only {
        uncached.stop().await?;
        return bare.stop().await;
    }
    let read = ask(
        "one micro-credential, read each time",
        &uncached,
        all,
        options,
    )
    .await?;
    ask(
        "20 of a list with filters, kept",
        gateway,
        list.clone(),
        options,
    )
    .await?;
    ask(
        "20 of a list with filters, read each time",
        &uncached,
        list,
        options,
    )
    .await?;
    let account = stack.account("USER", None)?;
    let body = format!(
        r#"{{"email":"{}","password":"{}"}}"#,
        account.email, account.password
    );
    let login = request("POST", "/api/v1/auth/login", Some(&body));
    ask("sign in", gateway, vec![login], options).await?;
    let transactions = pgbench(stack.database.url(), paths.len(), options).await?;
    say(&format!(
        "{:<44} {transactions:>10.0} /s",
        "pgbench, the same statements"
    ));
    say(&format!(
        "read / pgbench       {:.2}",
        read.rate / transactions
    ));
    uncached.stop().await?;
    bare.stop().await?;
    Ok(())
}

/// Measures kept answers and their floor in turn, and says what the ones take beside the other.
async fn beside_floor(
    (bare, one): (&RunningService, Vec<Vec<u8>>),
    (gateway, all): (&RunningService, Vec<Vec<u8>>),
    options: Options,
) -> Result<()> {
    let mut rounds = Rounds::default();
    for _ in 0..options.rounds {
        let floor = ask("bare actix-web, the same bytes", bare, one.clone(), options).await?;
        let kept = ask("one micro-credential, kept", gateway, all.clone(), options).await?;
        rounds.rates.push(kept.rate / floor.rate.max(1e-9));
        rounds.floor.push(floor.processor);
        rounds.kept.push(kept.processor);
    }
    say(&format!(
        "kept / bare          {:.2} of the rate, {:.1} / {:.1} us of processor time (medians of {} rounds)",
        median(rounds.rates),
        median(rounds.kept),
        median(rounds.floor),
        options.rounds,
    ));
    Ok(())
}

/// What one measurement is compared by.
#[derive(Clone, Copy, Debug)]
struct Figures {
    /// Good answers in a second.
    rate: f64,
    /// Microseconds of the service's processor time for one of them.
    processor: f64,
}

/// The middle of some figures; zero of none.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// Puts the load on one service, once for connections and caches, then for the figures.
async fn ask(
    name: &str,
    service: &RunningService,
    requests: Vec<Vec<u8>>,
    options: Options,
) -> Result<Figures> {
    let load = Load {
        address: address_of(&service.url("http")?)?,
        requests,
        connections: options.connections,
        duration: options.duration,
    };
    let warm_up = Load {
        duration: Duration::from_secs(1),
        ..load.clone()
    };
    load::run(warm_up).await?;
    let processor = Processor::of(service.pid());
    let measured = load::run(load).await?;
    let figures = Figures {
        rate: measured.per_second(),
        processor: processor.micros_per(measured.answered),
    };
    report(name, &measured, figures, service.pid());
    Ok(figures)
}

fn report(name: &str, measured: &Measured, figures: Figures, pid: Option<u32>) {
    say(&format!(
        "{name:<44} {:>10.0} /s   {:>7.1} us of processor   p50 {:>7.2} ms   p95 {:>7.2} ms   p99 {:>7.2} ms   {:>4} MiB   {} refused",
        figures.rate,
        figures.processor,
        measured.within(500),
        measured.within(950),
        measured.within(990),
        memory_mib(pid, "VmRSS").unwrap_or(0),
        measured.refused,
    ));
}

/// The bare handler with the bytes of one answer.
async fn bare(stack: &TestStack, body: &str) -> Result<RunningService> {
    let folder = stack.platform.folder.join("bare");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("answer.json");
    std::fs::write(&file, body)?;
    let settings = [
        ("APP_ENV", "test".to_owned()),
        ("ADMIN_PORT", "0".to_owned()),
        ("API_PORT", "0".to_owned()),
        ("ANSWER_FILE", file.display().to_string()),
    ];
    RunningService::start(ServiceSpec {
        name: "bare".to_owned(),
        binary: stack.platform.layout.binaries.join("examples/bare"),
        arguments: Vec::new(),
        settings: settings
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        ports: BTreeMap::from([("http".to_owned(), "API_PORT".to_owned())]),
        folder,
    })
    .await
}

/// Addresses of some published micro-credentials; pgbench finds their identifiers in a table.
async fn details(stack: &TestStack) -> Result<Vec<String>> {
    let page = stack
        .visitor()?
        .get(&format!("/credentials?limit={ROWS}"))
        .await?;
    let rows = page.at("/data").as_array().cloned().unwrap_or_default();
    let ids: Vec<String> = rows
        .iter()
        .filter_map(|row| row.get("id")?.as_str().map(ToOwned::to_owned))
        .collect();
    let values: Vec<String> = ids
        .iter()
        .zip(1..)
        .map(|(id, number): (_, u32)| format!("({number}, '{id}')"))
        .collect();
    let sql = format!(
        "CREATE TABLE bench_ids (number int PRIMARY KEY, id uuid NOT NULL); INSERT INTO bench_ids VALUES {}",
        values.join(", ")
    );
    stack.database.connect().await?.batch_execute(&sql).await?;
    Ok(ids
        .iter()
        .map(|id| format!("/api/v1/credentials/{id}"))
        .collect())
}

async fn body_of(url: &str, path: &str) -> Result<String> {
    Ok(reqwest::get(format!("{url}{path}")).await?.text().await?)
}

/// Transactions in a second, over so many rows.
async fn pgbench(database_url: &str, rows: usize, options: Options) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("detail.sql");
    std::fs::write(&script, DETAIL)?;
    let output = Command::new(find_pgbench())
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={}", options.connections))
        .arg(format!("--time={}", options.duration.as_secs().max(1)))
        .arg(format!("--define=rows={rows}"))
        .arg("--define=begun=0")
        .arg("--file")
        .arg(&script)
        .arg(database_url)
        .kill_on_drop(true)
        .output()
        .await
        .context("starting pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with("tps = "));
    let figure = line.and_then(|line| line.split_whitespace().nth(2));
    figure
        .and_then(|figure| figure.parse().ok())
        .with_context(|| format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

fn find_pgbench() -> &'static Path {
    let beside_the_server = Path::new("/usr/lib/postgresql/15/bin/pgbench");
    if beside_the_server.exists() {
        beside_the_server
    } else {
        Path::new("pgbench")
    }
}
