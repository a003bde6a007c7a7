//! Gives a webhook a new secret.

use chrono::TimeDelta;
use domain::Failure;
use domain::id::WebhookId;
use domain::vocabulary::AuditAction;
use domain::webhook::Webhook;
use protocol::Caller;
use serde_json::json;

use super::{change, locked, require_administrator};
use crate::secret::webhook_secret::WebhookSecret;
use crate::store::{StoreError, Transaction, webhooks};
use crate::usecase::authority;
use crate::usecase::record::record;

/// How long the old secret signs beside the new one.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// Gives a webhook a new secret and tells it, this once.
pub(crate) async fn rotate(
    transaction: &mut Transaction,
    caller: &Caller,
    id: WebhookId,
) -> Result<(Webhook, WebhookSecret), Failure> {
    require_administrator(caller)?;
    let author = authority::confirm(transaction, caller).await?;
    let before = Webhook::from(locked(transaction, caller, id).await?);
    let (secret, now) = (WebhookSecret::generate(), crate::clock::now());
    webhooks::rotate(transaction, id, secret.bytes(), now + OVERLAP, now).await?;
    let after = webhooks::find(transaction, id)
        .await?
        .ok_or(StoreError::NotFound)?;
    // The moment, never the secret.
    let change = change(
        &before,
        AuditAction::Update,
        json!({ "secretChangedAt": null }),
        json!({ "secretChangedAt": now }),
    );
    record(transaction, &author, vec![change], now).await?;
    Ok((after.into(), secret))
}
