//! What was sent to a webhook, and sending it again.

use domain::id::{WebhookDeliveryId, WebhookId};
use domain::page::{Page, PageRequest};
use domain::vocabulary::{AuditAction, DeliveryStatus};
use domain::webhook::{Webhook, WebhookDelivery};
use domain::{ErrorCode, Failure};
use protocol::Caller;
use serde_json::json;

use super::{change, locked, require_administrator, visible};
use crate::job;
use crate::state::State;
use crate::store::error::known;
use crate::store::webhook_deliveries::{self, DeliveryRow};
use crate::store::{StoreError, Transaction, webhooks};
use crate::usecase::authority;
use crate::usecase::record::record;

impl TryFrom<DeliveryRow> for WebhookDelivery {
    type Error = StoreError;

    fn try_from(row: DeliveryRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            webhook_id: row.webhook_id.into(),
            event_type: row.event_type,
            body: row.body,
            status: known(&row.status, DeliveryStatus::parse)?,
            attempts: row.attempts,
            response_status: row.response_status,
            response_body: row.response_body,
            duration_ms: row.duration_ms,
            error: row.error,
            created_at: row.created_at,
            last_attempt_at: row.last_attempt_at,
        })
    }
}

/// Reads one page of what was sent to a webhook.
pub(crate) async fn list(
    state: &State,
    caller: &Caller,
    id: WebhookId,
    status: Option<DeliveryStatus>,
    page: PageRequest,
) -> Result<Page<WebhookDelivery>, Failure> {
    require_administrator(caller)?;
    let mut transaction = state.database.read(caller.deadline).await?;
    authority::confirm(&mut transaction, caller).await?;
    visible(caller, webhooks::find(&mut transaction, id).await?)?;
    let status = status.map(DeliveryStatus::as_str);
    let rows = webhook_deliveries::list(&mut transaction, id, status, &page).await?;
    transaction.commit().await?;
    Ok(rows.try_map(WebhookDelivery::try_from)?)
}

/// Sends a message again under its old name, so that a receiver that had it recognises the copy.
pub(crate) async fn redeliver(
    transaction: &mut Transaction,
    caller: &Caller,
    id: WebhookId,
    delivery: WebhookDeliveryId,
) -> Result<WebhookDelivery, Failure> {
    require_administrator(caller)?;
    let author = authority::confirm(transaction, caller).await?;
    let webhook = Webhook::from(locked(transaction, caller, id).await?);
    let found = webhook_deliveries::find(transaction, delivery)
        .await?
        .filter(|found| found.webhook_id == id.uuid())
        .ok_or_else(|| Failure::not_found("delivery"))?;
    if !webhook.is_active {
        return Err(Failure::new(
            ErrorCode::Conflict,
            "the webhook is disabled; make a new one",
        ));
    }
    webhook_deliveries::set_status(transaction, found.id, "PENDING", None).await?;
    job::webhook::enqueue_now(transaction, found.id).await?;
    let asked = change(
        &webhook,
        AuditAction::Update,
        json!({ "redelivered": null }),
        json!({ "redelivered": delivery }),
    );
    record(transaction, &author, vec![asked], crate::clock::now()).await?;
    let found = webhook_deliveries::find(transaction, delivery)
        .await?
        .ok_or(StoreError::NotFound)?;
    Ok(found.try_into()?)
}
