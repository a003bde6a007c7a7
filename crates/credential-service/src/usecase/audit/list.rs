//! Lists entries of the audit log.

use domain::Failure;
use domain::audit::AuditEntry;
use domain::page::{Page, PageRequest};
use domain::policy::{Action, permits};
use protocol::Caller;

use crate::state::State;
use crate::store::audit_logs::{self, AuditFilter};
use crate::usecase::authority;

/// Reads one page: everything for platform administrators, an institution's own entries for its administrators.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    filter: AuditFilter,
    page: PageRequest,
) -> Result<Page<AuditEntry>, Failure> {
    let everywhere = permits(&caller.principal, Action::ReadAudit, None);
    let own = caller.principal.institution_id();
    if !everywhere {
        caller.authorize(Action::ReadAudit, own)?;
    }
    let institution = if everywhere { None } else { own };
    let mut transaction = state.database.read(caller.deadline).await?;
    authority::confirm(&mut transaction, caller).await?;
    let rows = audit_logs::list(&mut transaction, institution, &filter, &page).await?;
    transaction.commit().await?;
    Ok(rows)
}
