//! Lists entries of the audit log.

use domain::Failure;
use domain::audit::AuditEntry;
use domain::id::InstitutionId;
use domain::page::{Page, PageRequest};
use domain::policy::{Action, permits};
use protocol::Caller;

use crate::state::State;
use crate::store::audit_logs::{self, AuditFilter};
use crate::usecase::authority;

/// Reads one page: everything for platform administrators, what concerns an institution for its administrators. Of what the
/// other end of a pathway or recognition has done they see who and what, but not from where.
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
    Ok(rows.map(|entry| shown(institution, entry)))
}

/// An entry as an institution may see it: the addresses and browsers of another's people are not its business.
fn shown(institution: Option<InstitutionId>, mut entry: AuditEntry) -> AuditEntry {
    if institution.is_some() && entry.institution_id != institution {
        entry.ip_address = None;
        entry.user_agent = None;
        entry.request_id = None;
    }
    entry
}
