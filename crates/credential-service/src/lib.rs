#![doc = include_str!("../README.md")]

mod application;
mod clock;
mod command;
mod export;
mod feed;
mod grpc;
mod import;
pub mod job;
pub mod migration;
pub mod schedule;
mod secret;
mod seed;
mod settings;
mod state;
mod storage;
mod store;
mod usecase;

pub use application::worker::WorkerApplication;
pub use application::{Application, BuildError};
pub use command::{reset_everything, run};
pub use import::{
    ImportError, ImportOptions, ImportReport, Mapping, MappingError, RowProblem, import_catalogue,
};
pub use seed::{DemoAccount, Seeded, first_administrator, reset_demo_accounts, seed_demo};
pub use settings::{
    AuditSettings, BucketSettings, DatabaseSettings, MailSettings, MailWay, SETTINGS, Settings,
    SmtpSettings, SmtpTls, StorageSettings, UpkeepSettings, WorkerSettings,
};
pub use store::pool::Database;

/// Who this process is.
pub const SERVICE: service_runtime::Service =
    service_runtime::Service::new("credential-service", env!("CARGO_PKG_VERSION"));

/// Who the process is that does the jobs.
pub const WORKER: service_runtime::Service =
    service_runtime::Service::new("credential-worker", env!("CARGO_PKG_VERSION"));
