//! The command line.

mod audit;
mod healthcheck;
mod import;
mod jobs;
mod migrate;
mod output;
mod reset;
mod seed;
mod serve;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use secrecy::SecretString;
use service_runtime::errors::{BoxError, chain};
use service_runtime::run::exit_with;
use service_runtime::settings::{self, CommonSettings, process_environment};

pub use reset::reset_everything;

use crate::settings::{AuditSettings, DatabaseSettings, SETTINGS};
use crate::store::pool::Database;

/// The catalogue of the platform, over gRPC.
#[derive(Debug, Parser)]
#[command(name = "credential-service", version, about)]
struct Arguments {
    /// Settings file (TOML); the environment wins over it.
    #[arg(long, global = true, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves gRPC until it is told to stop (the default).
    Serve,
    /// Does the jobs (mail, webhooks, exports) until it is told to stop.
    Worker,
    /// Says how the queue of jobs stands, or lets those that were given up run again.
    Jobs(jobs::Jobs),
    /// Applies the schema, or takes migrations back.
    Migrate(migrate::Migrate),
    /// Makes the first platform administrator, or loads the demonstration catalogue.
    Seed(seed::Seed),
    /// Removes everything from the database.
    Reset(reset::Reset),
    /// Loads a catalogue.
    Import(import::Import),
    /// Signs or verifies the record of decisions.
    Audit(audit::Audit),
    /// Asks the running service whether it is ready.
    Healthcheck,
}

/// Runs the command that the arguments of the process ask for.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let file = arguments.settings.as_deref();
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => exit_with(serve::serve(file)),
        Command::Worker => exit_with(worker::worker(file)),
        Command::Healthcheck => exit_with(healthcheck::healthcheck(file)),
        Command::Jobs(command) => operate(file, |operator| command.run(operator)),
        Command::Migrate(command) => operate(file, |operator| command.run(operator)),
        Command::Seed(command) => operate(file, |operator| command.run(operator)),
        Command::Reset(command) => operate(file, |operator| command.run(operator)),
        Command::Import(command) => operate(file, |operator| command.run(operator)),
        Command::Audit(command) => operate(file, |operator| command.run(operator)),
    }
}

/// What an operator's command works with.
#[derive(Debug)]
struct Operator {
    common: CommonSettings,
    database: DatabaseSettings,
    audit: AuditSettings,
}

impl Operator {
    fn url(&self) -> &SecretString {
        &self.database.url
    }

    fn open(&self) -> Result<Database, BoxError> {
        let settings = &self.database;
        Ok(Database::new(
            &settings.url,
            settings.pool_size,
            settings.logging,
        )?)
    }
}

/// Runs an operator's command: it writes for people, so there is no log and no port.
fn operate<Running>(file: Option<&Path>, command: impl FnOnce(Operator) -> Running) -> ExitCode
where
    Running: Future<Output = Result<(), BoxError>>,
{
    let loaded = settings::load(SETTINGS, file, &process_environment(), |reader| {
        Some((DatabaseSettings::read(reader), AuditSettings::read(reader)))
    });
    let (common, (database, audit)) = match loaded {
        Ok(loaded) => loaded,
        Err(problems) => return exit_with(Err(problems.into())),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&format!("the runtime cannot start: {error}"));
            return ExitCode::from(70);
        }
    };
    let operator = Operator {
        common,
        database,
        audit,
    };
    match runtime.block_on(Box::pin(command(operator))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&chain(error.as_ref()));
            ExitCode::from(70)
        }
    }
}
