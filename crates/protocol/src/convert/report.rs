//! Reports.

use domain::Failure;
use domain::report::{Period, Report, ReportFile};
use domain::vocabulary::{ReportKind, ReportStatus};

use super::WireEnum;
use super::value::{date_to_wire, optional_date, optional_time, required_time, time_to_wire};
use crate::pb::credential as pb;

impl From<Report> for pb::Report {
    fn from(report: Report) -> Self {
        Self {
            id: report.id.to_string(),
            institution_id: report.institution_id.map(|id| id.to_string()),
            kind: report.kind.to_wire(),
            status: report.status.to_wire(),
            period_start: report.period.map(|period| date_to_wire(period.start)),
            period_end: report.period.map(|period| date_to_wire(period.end)),
            requested_by: report.requested_by.map(|id| id.to_string()),
            file: report.file.map(|file| pb::ReportFile {
                rows: file.rows,
                bytes: file.bytes,
                sha256: file.sha256,
            }),
            error: report.error,
            created_at: Some(time_to_wire(report.created_at)),
            finished_at: report.finished_at.map(time_to_wire),
        }
    }
}

impl TryFrom<pb::Report> for Report {
    type Error = Failure;

    fn try_from(report: pb::Report) -> Result<Self, Failure> {
        let start = optional_date(report.period_start, "period_start")?;
        let end = optional_date(report.period_end, "period_end")?;
        Ok(Self {
            id: report.id.parse()?,
            institution_id: report.institution_id.map(|id| id.parse()).transpose()?,
            kind: ReportKind::from_wire(report.kind, "kind")?,
            status: ReportStatus::from_wire(report.status, "status")?,
            period: start.zip(end).map(|(start, end)| Period { start, end }),
            requested_by: report.requested_by.map(|id| id.parse()).transpose()?,
            file: report.file.map(|file| ReportFile {
                rows: file.rows,
                bytes: file.bytes,
                sha256: file.sha256,
            }),
            error: report.error,
            created_at: required_time(report.created_at, "created_at")?,
            finished_at: optional_time(report.finished_at)?,
        })
    }
}
