//! Reads how reports stand.

use domain::Failure;
use domain::id::ReportId;
use domain::page::{Page, PageRequest};
use domain::policy::{Action, permits};
use domain::report::Report;
use protocol::Caller;

use super::{require_administrator, visible};
use crate::state::State;
use crate::store::reports::{self, ReportFilter};
use crate::usecase::authority;

/// Reads one page: everything for platform administrators, an institution's own for its administrators.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    mut filter: ReportFilter,
    page: PageRequest,
) -> Result<Page<Report>, Failure> {
    require_administrator(caller)?;
    if !permits(&caller.principal, Action::ManageReports, None) {
        filter.institution_id = filter
            .institution_id
            .or_else(|| caller.principal.institution_id());
        caller.authorize(Action::ManageReports, filter.institution_id)?;
    }
    let mut transaction = state.database.read(caller.deadline).await?;
    authority::confirm(&mut transaction, caller).await?;
    let rows = reports::list(&mut transaction, filter, &page).await?;
    transaction.commit().await?;
    Ok(rows)
}

/// Reads one report.
pub(crate) async fn get(state: &State, caller: &Caller, id: ReportId) -> Result<Report, Failure> {
    require_administrator(caller)?;
    let mut transaction = state.database.read(caller.deadline).await?;
    authority::confirm(&mut transaction, caller).await?;
    let found = reports::find(&mut transaction, id).await?;
    transaction.commit().await?;
    visible(caller, found)
}
