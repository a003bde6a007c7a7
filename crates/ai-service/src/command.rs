//! What the process can be asked to do.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use service_runtime::settings::{self, process_environment};
use service_runtime::{RunError, Service, healthcheck, run as serve, run_once};

use crate::application::build;
use crate::settings::{SETTINGS, Settings};
use crate::store::migrate;

/// Who this process is.
pub const SERVICE: Service = Service::new("ai-service", env!("CARGO_PKG_VERSION"));

/// Search, similarity and credit assessment over the catalogue.
#[derive(Debug, Parser)]
#[command(name = "ai-service", version)]
struct Arguments {
    /// Settings file (TOML); the environment goes before it.
    #[arg(long, global = true)]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves gRPC and HTTP until asked to stop (the default).
    Serve,
    /// Brings the schema `ai` up to date.
    Migrate {
        /// Takes back so many migrations instead.
        #[arg(long, value_name = "N")]
        down: Option<u32>,
    },
    /// Asks a running service whether it is ready.
    Healthcheck,
}

/// Does what the arguments of the process say.
///
/// # Errors
/// See [`RunError`].
pub fn run() -> Result<(), RunError> {
    let arguments = Arguments::parse();
    let file = arguments.settings.as_deref();
    let (common, own) = settings::load(SETTINGS, file, &process_environment(), Settings::read)?;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(SERVICE, &common, move |context| build(own, context)),
        Command::Migrate { down } => run_once(SERVICE, &common, move |_shutdown| async move {
            match down {
                None => migrate::up(&own.database.url).await,
                Some(steps) => migrate::down(&own.database.url, steps).await,
            }
        }),
        Command::Healthcheck => healthcheck(&common),
    }
}
