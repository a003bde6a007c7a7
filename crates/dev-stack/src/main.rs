//! The command behind `scripts/up`, `scripts/down` and `scripts/test`.

mod background;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use dev_stack::bench;
use dev_stack::demo::{self, DemoOptions};
use dev_stack::layout::Layout;
use dev_stack::test_services;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The platform on one machine.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the platform with its demonstration catalogue.
    Up(Up),
    /// Stops a platform that was started with `up --detach`.
    Down {
        /// The data folder it was started with.
        #[arg(long)]
        data_dir: Option<PathBuf>,
    },
    /// Measures the platform; run it through `with-services`.
    Bench {
        #[command(subcommand)]
        topic: Topic,
    },
    /// Runs a command beside a throw-away PostgreSQL and Redis, which it finds in its environment.
    WithServices {
        /// The command.
        #[arg(trailing_var_arg = true, required = true)]
        command: Vec<String>,
    },
}

/// What is measured.
#[derive(Debug, Subcommand)]
enum Topic {
    /// Reads of the catalogue and signing in, beside what they cannot be faster than.
    Api {
        /// Connections of the load.
        #[arg(long, default_value_t = 32)]
        connections: usize,
        /// Seconds of each measurement.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// Times that a kept answer and its floor are measured in turn.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Measures nothing but these two.
        #[arg(long)]
        kept_only: bool,
    },
    /// Writes through one of two gateways, read back through both; fails when one shows what was before for too long.
    Pairs {
        /// Writes.
        #[arg(long, default_value_t = 10_000)]
        count: u32,
    },
    /// Slow senders and bodies that are too much; fails when they take more than is theirs.
    Hostile {
        /// Slow senders at once.
        #[arg(long, default_value_t = 500)]
        sockets: usize,
    },
    /// A large file taken in and written out.
    Import {
        /// Rows of the file, at most 100,000.
        #[arg(long, default_value_t = 100_000)]
        rows: u32,
    },
    /// The same reads on the primary and on a replica.
    Replicas {
        /// Connections of the load.
        #[arg(long, default_value_t = 8)]
        connections: usize,
        /// Seconds of each measurement.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
}

#[derive(Debug, Args)]
struct Up {
    /// Returns once the platform is ready and leaves it running.
    #[arg(long)]
    detach: bool,
    /// Port of the web app and the REST interface.
    #[arg(long)]
    port: Option<u16>,
    /// Forgets what an earlier run has stored.
    #[arg(long)]
    fresh: bool,
    /// Where to keep data, logs and demo.json.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// An existing database instead of a private one.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// An existing Redis instead of a private one.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    service_runtime::tls::use_ring();
    match execute(Arguments::parse().command).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "this is a command line tool")]
fn complain(error: &anyhow::Error) {
    eprintln!("dev-stack: {error:#}");
}

async fn execute(command: Command) -> Result<u8> {
    match command {
        Command::Up(up) => {
            let layout = layout(up.data_dir.clone())?;
            if up.detach {
                background::detach(&layout).await?;
            } else {
                run_in_foreground(&layout, up).await?;
            }
            Ok(0)
        }
        Command::Down { data_dir } => {
            background::stop(&layout(data_dir)?).await?;
            Ok(0)
        }
        Command::Bench { topic } => {
            let kept = Box::pin(measure(topic)).await?;
            Ok(u8::from(!kept))
        }
        Command::WithServices { command } => {
            let code = test_services::with_services(&layout(None)?, &command).await?;
            Ok(u8::try_from(code).unwrap_or(1))
        }
    }
}

/// Measures one topic; says whether what is promised about it was kept.
async fn measure(topic: Topic) -> Result<bool> {
    match topic {
        Topic::Api {
            connections,
            seconds,
            rounds,
            kept_only,
        } => {
            let options = bench::api::Options {
                connections,
                duration: Duration::from_secs(seconds),
                rounds,
                kept_only,
            };
            Box::pin(bench::api::run(options)).await?;
        }
        Topic::Pairs { count } => return Box::pin(bench::pairs::run(count)).await,
        Topic::Hostile { sockets } => return Box::pin(bench::hostile::run(sockets)).await,
        Topic::Import { rows } => Box::pin(bench::import::run(rows)).await?,
        Topic::Replicas {
            connections,
            seconds,
        } => {
            let duration = Duration::from_secs(seconds);
            Box::pin(bench::replicas::run(connections, duration)).await?;
        }
    }
    Ok(true)
}

fn layout(data: Option<PathBuf>) -> Result<Layout> {
    let layout = Layout::of_this_build()?;
    Ok(match data {
        Some(data) => {
            std::fs::create_dir_all(&data)
                .with_context(|| format!("making `{}`", data.display()))?;
            layout.with_data(data.canonicalize()?)
        }
        None => layout,
    })
}

async fn run_in_foreground(layout: &Layout, up: Up) -> Result<()> {
    std::fs::create_dir_all(&layout.data)?;
    let lock = background::take_lock(layout)?;
    let stop = CancellationToken::new();
    let options = DemoOptions {
        port: up.port,
        fresh: up.fresh,
        database_url: up.database_url,
        redis_url: up.redis_url,
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stopping = stop.clone();
    let listener = tokio::spawn(async move {
        tokio::select! {
            _signal = terminate.recv() => {}
            _signal = interrupt.recv() => {}
        }
        stopping.cancel();
    });
    // A wish to stop while things are still starting drops the start, and with it every child.
    let result = tokio::select! {
        biased;
        result = demo::run(layout, &options, stop.clone()) => result,
        () = early_stop(layout, stop) => Ok(()),
    };
    listener.abort();
    drop(lock);
    result
}

/// Resolves when the wish to stop comes before the demonstration is up; afterwards the demonstration stops in its own order.
async fn early_stop(layout: &Layout, stop: CancellationToken) {
    stop.cancelled().await;
    if demo::demo_file(layout).exists() {
        std::future::pending::<()>().await;
    }
}
