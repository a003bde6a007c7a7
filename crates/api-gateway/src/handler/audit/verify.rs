//! `GET /audit/verify`

use actix_web::web;
use domain::policy::Action;

use crate::dto::audit::{AuditVerification, AuditVerificationQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Verifies the record: every entry, every link of its hash chain, every signed place.
///
/// Administrators may. The chain is one for the whole platform, so administrators of an institution verify it too; no entry
/// is shown. A long record is verified in parts: ask again with `after` until the answer is complete.
#[utoipa::path(
    get,
    path = "/api/v1/audit/verify",
    operation_id = "verifyAuditChain",
    tag = "audit",
    params(AuditVerificationQuery),
    responses((status = 200, description = "What was found.", body = Success<AuditVerification>)),
    security(("bearer" = []))
)]
pub(crate) async fn verify(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<AuditVerificationQuery>,
) -> Result<Answer<AuditVerification>, ApiError> {
    caller.authorize(Action::ReadAudit, caller.institution_id())?;
    let report = state
        .credentials
        .verify_audit_chain(&caller, query.0.after.unwrap_or_default())
        .await?;
    Ok(Answer(report.into()))
}
