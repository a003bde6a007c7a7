//! `GET /audit`

use actix_web::web;
use domain::policy::Action;

use crate::dto::audit::{AuditEntry, AuditQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Listed, SuccessList};
use crate::state::AppState;

/// Lists entries of the record, newest first.
///
/// Platform administrators see all entries. Administrators of an institution see its own, and those of the other end of its
/// pathways and recognitions, such as who has approved a pathway; where that person was is left out there. A pathway's
/// draft is on record for its source alone until it is submitted.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    operation_id = "listAuditEntries",
    tag = "audit",
    params(AuditQuery),
    responses((status = 200, description = "A page of the record.", body = SuccessList<AuditEntry>)),
    security(("bearer" = []))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<AuditQuery>,
) -> Result<Listed<AuditEntry>, ApiError> {
    caller.authorize(Action::ReadAudit, caller.institution_id())?;
    let page = state
        .credentials
        .list_audit_entries(&caller, query.0)
        .await?;
    Ok(Listed(page.map(AuditEntry::from)))
}
