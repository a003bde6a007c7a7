//! Removes a webhook.

use domain::Failure;
use domain::id::WebhookId;
use domain::vocabulary::AuditAction;
use domain::webhook::Webhook;
use protocol::Caller;
use serde_json::Value;

use super::{change, locked, require_administrator, view};
use crate::store::{Transaction, webhooks};
use crate::usecase::authority;
use crate::usecase::record::record;

/// Removes a webhook with its deliveries; what waits to be sent is sent no more.
pub(crate) async fn delete(
    transaction: &mut Transaction,
    caller: &Caller,
    id: WebhookId,
) -> Result<(), Failure> {
    require_administrator(caller)?;
    let author = authority::confirm(transaction, caller).await?;
    let webhook = Webhook::from(locked(transaction, caller, id).await?);
    webhooks::delete(transaction, id).await?;
    let gone = change(&webhook, AuditAction::Delete, view(&webhook), Value::Null);
    record(transaction, &author, vec![gone], crate::clock::now()).await?;
    Ok(())
}
