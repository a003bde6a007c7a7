//! Has a report made.

use domain::id::ReportId;
use domain::policy::Action;
use domain::report::{Report, ReportRequest};
use domain::vocabulary::AuditAction;
use domain::{ErrorCode, Failure};
use protocol::Caller;

use super::change;
use crate::job;
use crate::store::Transaction;
use crate::store::reports::{self, NewReport};
use crate::usecase::record::record;
use crate::usecase::{authority, institution};

/// Reports on an institution, or on all of them, that may wait at the same time.
const MOST: i64 = 10;

/// Has a report made; `is_set_up` says whether there is a place for it.
///
/// # Errors
/// `CONFLICT` while too many wait; `SERVICE_UNAVAILABLE` where no storage is set up.
pub(crate) async fn create(
    transaction: &mut Transaction,
    caller: &Caller,
    request: ReportRequest,
    is_set_up: bool,
) -> Result<Report, Failure> {
    caller.authorize(Action::ManageReports, request.institution_id)?;
    let period = request.validate()?;
    let author = authority::confirm(transaction, caller).await?;
    let user = caller.principal.user_id().ok_or_else(|| {
        Failure::new(ErrorCode::AuthorizationError, "only people ask for reports")
    })?;
    institution::lock_owner(transaction, request.institution_id).await?;
    if !is_set_up {
        return Err(not_set_up());
    }
    if reports::count_pending(transaction, request.institution_id).await? >= MOST {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "10 reports are waiting already; ask again when they are ready",
        ));
    }
    let now = crate::clock::now();
    let new = NewReport {
        id: ReportId::generate(),
        institution_id: request.institution_id,
        kind: request.kind,
        period,
        requested_by: user,
        now,
    };
    let report = reports::insert(transaction, &new).await?;
    job::report::enqueue(transaction, std::slice::from_ref(&report)).await?;
    let asked = change(&report, AuditAction::Create);
    record(transaction, &author, vec![asked], now).await?;
    Ok(report)
}

/// The operator keeps no reports.
pub(super) fn not_set_up() -> Failure {
    // Not `unavailable`: trying again in a second does not help.
    Failure::new(
        ErrorCode::ServiceUnavailable,
        "reports are not set up on this platform",
    )
}
