//! Reports: files that are made in the background and kept for a while.

use chrono::{DateTime, NaiveDate, Utc};

use crate::Failure;
use crate::id::{InstitutionId, ReportId, UserId};
use crate::validate::Violations;
use crate::vocabulary::{ReportKind, ReportStatus};

/// Days that a period may have.
pub const MOST_DAYS: i64 = 366;

/// Days, from the first to the last, both counted, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub start: NaiveDate,
    /// The last day.
    pub end: NaiveDate,
}

/// What somebody wants to have made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportRequest {
    /// What it holds.
    pub kind: ReportKind,
    /// The institution that it is on; none: all of them.
    pub institution_id: Option<InstitutionId>,
    /// The first day that it covers.
    pub period_start: Option<NaiveDate>,
    /// The last day that it covers.
    pub period_end: Option<NaiveDate>,
}

impl ReportRequest {
    /// Checks every rule; gives the period, which only reports on decisions have.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` naming every field.
    pub fn validate(&self) -> Result<Option<Period>, Failure> {
        let mut violations = Violations::new();
        match self.kind {
            ReportKind::Catalogue => {
                let message = "is not for a CATALOGUE, which is as of the moment it is made";
                violations.require(self.period_start.is_none(), "periodStart", message);
                violations.require(self.period_end.is_none(), "periodEnd", message);
            }
            ReportKind::Decisions => {
                let message = "is required for DECISIONS";
                violations.require(self.period_start.is_some(), "periodStart", message);
                violations.require(self.period_end.is_some(), "periodEnd", message);
            }
        }
        let period = self
            .period_start
            .zip(self.period_end)
            .map(|(start, end)| Period { start, end });
        if let Some(Period { start, end }) = period {
            violations.require(end >= start, "periodEnd", "must not be before periodStart");
            violations.require(
                end.signed_duration_since(start).num_days() < MOST_DAYS,
                "periodEnd",
                "must lie within 366 days of periodStart",
            );
        }
        violations.finish()?;
        Ok(period)
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Micro-credentials or decisions in it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Identifier, under which the file is kept.
    pub id: ReportId,
    /// The institution that it is on; none: all of them.
    pub institution_id: Option<InstitutionId>,
    /// What it holds.
    pub kind: ReportKind,
    /// Where it stands.
    pub status: ReportStatus,
    /// What it covers, where it covers a period.
    pub period: Option<Period>,
    /// Who asked for it; none: it is made every month.
    pub requested_by: Option<UserId>,
    /// The file, once it is ready.
    pub file: Option<ReportFile>,
    /// Why it was given up.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was ready or given up.
    pub finished_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(kind: ReportKind, start: Option<&str>, end: Option<&str>) -> Vec<String> {
        let day = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        let request = ReportRequest {
            kind,
            institution_id: None,
            period_start: day(start),
            period_end: day(end),
        };
        match request.validate() {
            Ok(_period) => Vec::new(),
            Err(failure) => failure.fields.into_iter().map(|it| it.field).collect(),
        }
    }

    #[test]
    fn decisions_have_a_period_and_a_catalogue_has_none() {
        let (first, last) = (Some("2026-10-01"), Some("2026-10-31"));

        assert!(problems(ReportKind::Decisions, first, last).is_empty());
        assert!(problems(ReportKind::Catalogue, None, None).is_empty());
        assert_eq!(
            problems(ReportKind::Decisions, None, None),
            ["periodStart", "periodEnd"]
        );
        assert_eq!(
            problems(ReportKind::Catalogue, first, last),
            ["periodStart", "periodEnd"]
        );
        assert_eq!(problems(ReportKind::Decisions, last, first), ["periodEnd"]);
    }

    #[test]
    fn a_period_is_a_year_at_most() {
        let first = Some("2026-01-01");

        assert!(problems(ReportKind::Decisions, first, Some("2027-01-01")).is_empty());
        assert_eq!(
            problems(ReportKind::Decisions, first, Some("2027-01-02")),
            ["periodEnd"]
        );
    }
}
