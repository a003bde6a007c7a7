//! Reads webhooks.

use domain::Failure;
use domain::id::WebhookId;
use domain::page::{Page, PageRequest};
use domain::policy::{Action, permits};
use domain::webhook::Webhook;
use protocol::Caller;

use super::{require_administrator, visible};
use crate::state::State;
use crate::store::webhooks;
use crate::usecase::authority;

/// Reads one page: everything for platform administrators, an institution's own for its administrators.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    page: PageRequest,
) -> Result<Page<Webhook>, Failure> {
    require_administrator(caller)?;
    let everywhere = permits(&caller.principal, Action::ManageWebhooks, None);
    let institution = if everywhere {
        None
    } else {
        caller.principal.institution_id()
    };
    let mut transaction = state.database.read(caller.deadline).await?;
    authority::confirm(&mut transaction, caller).await?;
    let rows = webhooks::list(&mut transaction, institution, &page).await?;
    transaction.commit().await?;
    Ok(rows.map(Webhook::from))
}

/// Reads one webhook.
pub(crate) async fn get(state: &State, caller: &Caller, id: WebhookId) -> Result<Webhook, Failure> {
    require_administrator(caller)?;
    let mut transaction = state.database.read(caller.deadline).await?;
    authority::confirm(&mut transaction, caller).await?;
    let found = webhooks::find(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok(visible(caller, found)?.into())
}
