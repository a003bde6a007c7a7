//! Has every active institution's decisions of the last month written down, and removes old reports with their files.

use std::sync::Arc;
use std::time::Duration;

use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::Failure;
use domain::report::Period;
use domain::vocabulary::AuditAction;
use futures::future::BoxFuture;

use super::{Pace, Task};
use crate::job::report::{FOLDER, enqueue, file_name};
use crate::storage::Storage;
use crate::store::pool::Database;
use crate::store::{Mode, reports};
use crate::usecase::record::{Author, record};
use crate::usecase::report::change;

/// Hour (UTC) at which reports that are missing are asked for: the night of the west coast. Asking every day makes up for
/// days without a worker.
const AT: u64 = 9;
/// Reports that are asked for in one transaction.
const REPORTS: i64 = 100;
/// Reports that are removed at once.
const REMOVED: i64 = 50;

/// The tasks that look after reports.
pub(crate) fn tasks(database: &Database, storage: &Storage, keep: Duration) -> Vec<Arc<dyn Task>> {
    vec![
        Arc::new(Monthly {
            database: database.clone(),
        }),
        Arc::new(Prune {
            database: database.clone(),
            storage: storage.clone(),
            keep,
        }),
    ]
}

/// The month before the one that a day lies in.
fn month_before(today: NaiveDate) -> Option<Period> {
    let end = today.with_day(1)?.pred_opt()?;
    let start = end.with_day(1)?;
    Some(Period { start, end })
}

struct Monthly {
    database: Database,
}

impl Monthly {
    async fn ask(&self) -> Result<u64, Failure> {
        let now = crate::clock::now();
        let month = month_before(now.date_naive())
            .ok_or_else(|| Failure::internal("there is no month before the present one"))?;
        let mut asked = 0;
        loop {
            let mut transaction = self.database.begin_background(Mode::Write).await?;
            let new = reports::insert_scheduled(&mut transaction, month, REPORTS).await?;
            if new.is_empty() {
                return Ok(asked);
            }
            enqueue(&mut transaction, &new).await?;
            let changes = new
                .iter()
                .map(|report| change(report, AuditAction::Create))
                .collect();
            record(&mut transaction, &Author::operator("worker"), changes, now).await?;
            transaction.commit().await?;
            asked += u64::try_from(new.len()).unwrap_or(u64::MAX);
        }
    }
}

impl Task for Monthly {
    fn name(&self) -> &'static str {
        "ask_for_monthly_reports"
    }

    fn pace(&self) -> Pace {
        Pace::daily_at(AT)
    }

    fn run(&self) -> BoxFuture<'_, Result<u64, Failure>> {
        Box::pin(self.ask())
    }
}

struct Prune {
    database: Database,
    storage: Storage,
    keep: Duration,
}

impl Prune {
    /// Files go first: a row without a file can be removed again, a file without a row would never be. So the row of a report
    /// that is made meanwhile stays for the next round.
    async fn prune(&self) -> Result<u64, Failure> {
        let keep = TimeDelta::from_std(self.keep).map_err(Failure::internal)?;
        let mut removed = 0;
        loop {
            let before = crate::clock::now() - keep;
            let mut transaction = self.database.begin_background(Mode::Read).await?;
            let old = reports::expired(&mut transaction, before, REMOVED).await?;
            transaction.commit().await?;
            if old.is_empty() {
                return Ok(removed);
            }
            for report in &old {
                self.storage.delete(FOLDER, &file_name(report)).await?;
            }
            let mut transaction = self.database.begin_background(Mode::Write).await?;
            let gone = reports::delete(&mut transaction, &old).await?;
            transaction.commit().await?;
            removed += u64::try_from(gone).unwrap_or(u64::MAX);
        }
    }
}

impl Task for Prune {
    fn name(&self) -> &'static str {
        "prune_reports"
    }

    fn pace(&self) -> Pace {
        Pace::minutes(60)
    }

    fn run(&self) -> BoxFuture<'_, Result<u64, Failure>> {
        Box::pin(self.prune())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_before_is_whole() {
        let before = |day: &str| month_before(day.parse().unwrap()).unwrap();
        let days = |period: Period| format!("{} {}", period.start, period.end);

        assert_eq!(days(before("2026-11-24")), "2026-10-01 2026-10-31");
        assert_eq!(days(before("2028-03-31")), "2028-02-01 2028-02-29");
        assert_eq!(days(before("2027-01-01")), "2026-12-01 2026-12-31");
    }
}
