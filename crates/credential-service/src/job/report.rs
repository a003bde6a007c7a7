//! Kind `report`: one file, made as of one moment and put into the storage.
//!
//! A file is written beside the database first and sent away afterwards, so that a slow storage holds no connection. A
//! report that is made twice is the same file under the same name; the row says what the last one holds.

mod contents;
mod spool;

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::id::ReportId;
use domain::report::Report;
use domain::vocabulary::{ReportKind, ReportStatus};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use service_runtime::Dependency;

use self::spool::Spool;
use super::{Backoff, Job, JobError, Kind, NewJob};
use crate::storage::Storage;
use crate::store::Mode;
use crate::store::pool::Database;
use crate::store::reports::{self, Made};

/// The name in the table.
const KIND: &str = "report";
/// Attempts: up to 16 hours, half of that on average.
const ATTEMPTS: i32 = 12;
/// Longest time of one attempt.
const LIMIT: Duration = Duration::from_secs(1_800);
/// Where reports stand in the storage.
pub(crate) const FOLDER: &str = "reports";

/// What the job is about.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    report: ReportId,
}

/// The name of the file of a report.
pub(crate) fn file_name(report: &Report) -> String {
    let extension = match report.kind {
        ReportKind::Catalogue => "jsonl",
        ReportKind::Decisions => "csv",
    };
    format!("{}.{extension}", report.id)
}

/// Has reports made, within the transaction that writes their rows.
///
/// # Errors
/// The database refuses.
pub(crate) async fn enqueue(
    conn: &mut AsyncPgConnection,
    wanted: &[Report],
) -> Result<(), Failure> {
    let jobs = wanted
        .iter()
        .map(|report| {
            let payload = Payload { report: report.id };
            Ok(NewJob {
                kind: KIND,
                payload: serde_json::to_value(payload).map_err(Failure::internal)?,
                max_attempts: ATTEMPTS,
                unique_key: None,
                lane: Some(KIND.to_owned()),
            })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    super::enqueue(conn, &jobs).await?;
    Ok(())
}

/// Makes reports.
pub(crate) struct MakeReport {
    database: Database,
    storage: Storage,
    health: Dependency,
}

impl MakeReport {
    /// `health` hears whether the storage answers.
    pub(crate) const fn new(database: Database, storage: Storage, health: Dependency) -> Self {
        Self {
            database,
            storage,
            health,
        }
    }

    async fn make(&self, job: &Job) -> Result<(), JobError> {
        let Payload { report: id } = job.read()?;
        let mut transaction = self.database.begin_background(Mode::Snapshot).await?;
        let found = reports::find(&mut transaction, id).await?;
        let Some(report) = found.filter(|report| report.status != ReportStatus::Ready) else {
            // Made already, or nobody waits for it any more.
            return Ok(());
        };
        let mut spool = Spool::new().await?;
        let rows = contents::write(&mut transaction, &report, &mut spool).await?;
        transaction.commit().await?;
        let mut file = spool.finish().await?;
        let name = file_name(&report);
        let kept = self.storage.put(FOLDER, &name, &mut file.file).await;
        self.health.report(kept.is_ok());
        kept?;
        let made = Made {
            rows: i64::try_from(rows).unwrap_or(i64::MAX),
            bytes: i64::try_from(file.bytes).unwrap_or(i64::MAX),
            sha256: file.sha256,
        };
        let mut transaction = self.database.begin_background(Mode::Write).await?;
        let wanted = reports::ready(&mut transaction, id, made, crate::clock::now()).await?;
        transaction.commit().await?;
        if !wanted {
            self.storage.delete(FOLDER, &name).await?;
        }
        metrics::counter!("reports_made_total", "kind" => report.kind.as_str()).increment(1);
        Ok(())
    }
}

impl Kind for MakeReport {
    fn name(&self) -> &'static str {
        KIND
    }

    fn limit(&self) -> Duration {
        LIMIT
    }

    fn is_slow(&self) -> bool {
        true
    }

    fn backoff(&self) -> Backoff {
        Backoff {
            base: Duration::from_secs(60),
            ceiling: Duration::from_secs(4 * 3_600),
        }
    }

    fn run<'job>(&'job self, job: &'job Job) -> BoxFuture<'job, Result<(), JobError>> {
        Box::pin(self.make(job))
    }

    fn parked<'job>(
        &'job self,
        conn: &'job mut AsyncPgConnection,
        job: &'job Job,
        error: &'job str,
    ) -> BoxFuture<'job, Result<(), JobError>> {
        Box::pin(async move {
            let Payload { report } = job.read()?;
            reports::failed(conn, report, error, crate::clock::now()).await?;
            Ok(())
        })
    }
}
