//! Reports on institutions and on all of them.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod read;

use domain::Failure;
use domain::policy::{Action, permits};
use domain::report::Report;
use domain::vocabulary::{AuditAction, EntityType};
use protocol::Caller;
use serde_json::{Value, json};

use crate::usecase::authority::authorize_somewhere;
use crate::usecase::record::{Announced, Change};

/// Insists that somebody administers an institution at all, before a row is looked at.
fn require_administrator(caller: &Caller) -> Result<(), Failure> {
    authorize_somewhere(caller, Action::ManageReports)
}

/// Keeps a report that the caller may have; another institution's is not found.
fn visible(caller: &Caller, found: Option<Report>) -> Result<Report, Failure> {
    found
        .filter(|report| {
            permits(
                &caller.principal,
                Action::ManageReports,
                report.institution_id,
            )
        })
        .ok_or_else(|| Failure::not_found("report"))
}

/// What is put on record; followers of the feed hear nothing of reports.
pub(crate) fn change(report: &Report, action: AuditAction) -> Change {
    Change {
        entity_type: EntityType::Report,
        entity_id: report.id.uuid(),
        action,
        institution_id: report.institution_id,
        counterpart_institution_id: None,
        before: Value::Null,
        after: json!({
            "institutionId": report.institution_id,
            "kind": report.kind.as_str(),
            "periodStart": report.period.map(|period| period.start),
            "periodEnd": report.period.map(|period| period.end),
        }),
        announced: Announced::Nothing,
    }
}
