//! Settings of the worker.

use std::time::Duration;

use service_runtime::settings::Reader;

use super::DatabaseSettings;

/// Settings of the process that does the jobs.
#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// How to reach the database.
    pub database: DatabaseSettings,
    /// Jobs done at the same time.
    pub concurrency: usize,
    /// Time after which the job of a dead worker is done again.
    pub lease: Duration,
}

impl WorkerSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self {
            database: DatabaseSettings::read(reader),
            concurrency: reader.integer("JOB_CONCURRENCY", 1_usize..=64),
            lease: reader.duration_seconds("JOB_LEASE", 3..=3_600),
        })
    }
}
