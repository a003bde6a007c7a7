//! Reports.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{InstitutionId, ReportId, UserId};
use domain::report;
use domain::vocabulary::{ReportKind, ReportStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::windowed;
use super::vocabulary;

/// Window and filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportQuery {
    /// Page number, from 1.
    #[param(minimum = 1, maximum = 100_000, default = 1)]
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// `createdAt` or `-createdAt`; newest first when absent.
    #[param(pattern = "^-?(createdAt)$")]
    pub(crate) sort: Option<String>,
    /// Only this kind.
    #[param(value_type = Option<vocabulary::ReportKind>, inline)]
    pub(crate) kind: Option<ReportKind>,
    /// Only those that stand there.
    #[param(value_type = Option<vocabulary::ReportStatus>, inline)]
    pub(crate) status: Option<ReportStatus>,
    /// Only on this institution.
    #[param(value_type = Option<Uuid>)]
    pub(crate) institution_id: Option<InstitutionId>,
}

windowed!(ReportQuery);

/// A report to be made.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateReport {
    /// `CATALOGUE`: the micro-credentials of an institution, drafts too, as JSON lines that `POST /credentials/import` reads back.
    /// `DECISIONS`: recognitions given, changed and withdrawn, pathways agreed to and sent back, with who and when, as CSV.
    #[schema(value_type = vocabulary::ReportKind)]
    pub(crate) kind: ReportKind,
    /// The institution that it is on: the caller's when absent; for platform administrators then all of them.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) institution_id: Option<InstitutionId>,
    /// The first day of `DECISIONS` (UTC); not for a `CATALOGUE`.
    #[schema(example = "2026-10-01")]
    pub(crate) period_start: Option<NaiveDate>,
    /// The last day of `DECISIONS`, at most 366 days with the first; not for a `CATALOGUE`.
    #[schema(example = "2026-10-31")]
    pub(crate) period_end: Option<NaiveDate>,
}

/// A file that is made in the background and kept for a while.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    #[schema(value_type = Uuid)]
    pub(crate) id: ReportId,
    /// The institution that it is on; null: all of them.
    #[schema(value_type = Option<Uuid>)]
    institution_id: Option<InstitutionId>,
    #[schema(value_type = vocabulary::ReportKind)]
    kind: ReportKind,
    /// `READY` once its content can be read.
    #[schema(value_type = vocabulary::ReportStatus)]
    status: ReportStatus,
    /// The first day that it covers (UTC); null where it covers no period.
    period_start: Option<NaiveDate>,
    /// The last day that it covers.
    period_end: Option<NaiveDate>,
    /// Who asked for it; null: it is made every month.
    #[schema(value_type = Option<Uuid>)]
    requested_by: Option<UserId>,
    /// Micro-credentials or decisions in it, once it is ready.
    row_count: Option<u64>,
    /// Bytes of its content, once it is ready.
    byte_count: Option<u64>,
    /// SHA-256 of its content, once it is ready.
    sha256: Option<String>,
    /// Why it was given up.
    error: Option<String>,
    created_at: DateTime<Utc>,
    /// When it was ready or given up.
    finished_at: Option<DateTime<Utc>>,
}

impl From<report::Report> for Report {
    fn from(report: report::Report) -> Self {
        let file = report.file.as_ref();
        Self {
            id: report.id,
            institution_id: report.institution_id,
            kind: report.kind,
            status: report.status,
            period_start: report.period.map(|period| period.start),
            period_end: report.period.map(|period| period.end),
            requested_by: report.requested_by,
            row_count: file.map(|file| file.rows),
            byte_count: file.map(|file| file.bytes),
            sha256: file.map(|file| file.sha256.clone()),
            error: report.error,
            created_at: report.created_at,
            finished_at: report.finished_at,
        }
    }
}
