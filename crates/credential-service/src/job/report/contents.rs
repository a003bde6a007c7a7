//! What reports hold, page by page out of one transaction.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, Utc};
use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::report::{Period, Report};
use domain::vocabulary::{ExchangeFormat, ReportKind};
use uuid::Uuid;

use super::spool::Spool;
use crate::export::encode;
use crate::import::cell::guarded;
use crate::job::JobError;
use crate::store::decisions::{self, Decision, DecisionPlace};
use crate::store::micro_credentials::{self, CredentialFilter, Visibility};

/// Micro-credentials that are read at once.
const CREDENTIALS: i64 = 200;
/// Decisions that are read at once.
const DECISIONS: i64 = 1_000;
/// Columns of decisions.
const COLUMNS: [&str; 16] = [
    "decidedAt",
    "decidedBy",
    "institutionCode",
    "entityType",
    "entityId",
    "action",
    "changedFields",
    "programCode",
    "title",
    "offeredBy",
    "recognitionType",
    "credits",
    "creditType",
    "approvalReference",
    "pathwayName",
    "pathwaySource",
];

/// Writes the whole of a report; says how many micro-credentials or decisions are in it.
pub(super) async fn write(
    conn: &mut AsyncPgConnection,
    report: &Report,
    spool: &mut Spool,
) -> Result<u64, JobError> {
    match (report.kind, report.period) {
        (ReportKind::Catalogue, _) => catalogue(conn, report, spool).await,
        (ReportKind::Decisions, Some(period)) => decisions(conn, report, period, spool).await,
        (ReportKind::Decisions, None) => Err(JobError::hopeless("the report has no period")),
    }
}

async fn catalogue(
    conn: &mut AsyncPgConnection,
    report: &Report,
    spool: &mut Spool,
) -> Result<u64, JobError> {
    let filter = CredentialFilter {
        institution_id: report.institution_id,
        ..CredentialFilter::default()
    };
    let mut last: Option<Uuid> = None;
    let mut rows = 0_u64;
    loop {
        // Whoever may have it made may see the drafts that it speaks of.
        let page =
            micro_credentials::walk(conn, Visibility::All, &filter, last, CREDENTIALS).await?;
        let Some(end) = page.last() else {
            return Ok(rows);
        };
        last = Some(end.id.uuid());
        rows += u64::try_from(page.len()).unwrap_or(0);
        spool
            .write(&encode(ExchangeFormat::JsonLines, &page)?)
            .await?;
    }
}

async fn decisions(
    conn: &mut AsyncPgConnection,
    report: &Report,
    period: Period,
    spool: &mut Spool,
) -> Result<u64, JobError> {
    let (from, before) = bounds(period)?;
    let mut place = DecisionPlace {
        decided_at: from,
        id: Uuid::nil(),
    };
    let mut rows = 0_u64;
    spool.write(&lines([COLUMNS.map(str::to_owned)])?).await?;
    loop {
        let page = decisions::walk(conn, report.institution_id, place, before, DECISIONS).await?;
        let Some(end) = page.last() else {
            return Ok(rows);
        };
        place = DecisionPlace {
            decided_at: end.decided_at,
            id: end.id,
        };
        rows += u64::try_from(page.len()).unwrap_or(0);
        spool.write(&lines(page.iter().map(cells))?).await?;
    }
}

/// From the beginning of the first day to the end of the last, in UTC.
fn bounds(period: Period) -> Result<(DateTime<Utc>, DateTime<Utc>), JobError> {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let end = period.end.checked_add_days(Days::new(1));
    let end = end.ok_or_else(|| JobError::hopeless("the period ends with the calendar"))?;
    Ok((midnight(period.start), midnight(end)))
}

fn lines(rows: impl IntoIterator<Item = [String; 16]>) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(Failure::internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| Failure::internal(error.to_string()))
}

fn cells(decision: &Decision) -> [String; 16] {
    let text = |text: &Option<String>| text.as_deref().map(guarded).unwrap_or_default();
    [
        decision
            .decided_at
            .to_rfc3339_opts(SecondsFormat::Millis, true),
        text(&decision.decided_by),
        text(&decision.institution_code),
        decision.entity_type.clone(),
        decision.entity_id.to_string(),
        decision.action.clone(),
        text(&decision.changed_fields),
        text(&decision.program_code),
        text(&decision.title),
        text(&decision.offered_by),
        text(&decision.recognition_type),
        text(&decision.credits),
        text(&decision.credit_type),
        text(&decision.approval_reference),
        text(&decision.pathway_name),
        text(&decision.pathway_source),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_has_the_whole_of_its_last_day() {
        let period = Period {
            start: "2026-10-01".parse().unwrap(),
            end: "2026-10-31".parse().unwrap(),
        };

        let (from, before) = bounds(period).unwrap();

        assert_eq!(from.to_rfc3339(), "2026-10-01T00:00:00+00:00");
        assert_eq!(before.to_rfc3339(), "2026-11-01T00:00:00+00:00");
    }

    #[test]
    fn no_cell_of_a_title_is_a_formula() {
        let decision = Decision {
            id: Uuid::nil(),
            decided_at: DateTime::UNIX_EPOCH,
            decided_by: Some("a@example.org".into()),
            institution_code: None,
            entity_type: "RECOGNITION".into(),
            entity_id: Uuid::nil(),
            action: "CREATE".into(),
            changed_fields: None,
            program_code: None,
            title: Some("=1+1".into()),
            offered_by: None,
            recognition_type: None,
            credits: Some("1.50".into()),
            credit_type: None,
            approval_reference: None,
            pathway_name: None,
            pathway_source: None,
        };

        let text = String::from_utf8(lines([cells(&decision)]).unwrap()).unwrap();

        assert!(
            text.starts_with("1970-01-01T00:00:00.000Z,a@example.org,,RECOGNITION,"),
            "{text}"
        );
        assert!(text.contains(",'=1+1,,,1.50,"), "{text}");
    }
}
