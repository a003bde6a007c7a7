//! What an attempt needs, and what follows from how it went.

use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::id::WebhookDeliveryId;
use domain::vocabulary::{AuditAction, EntityType};
use serde_json::json;

use super::send::Sent;
use super::{FAILING, FAILURES};
use crate::job::JobError;
use crate::job::mail::{self, Mail, Template};
use crate::store::pool::Database;
use crate::store::webhook_deliveries::{self, DeliveryRow};
use crate::store::webhooks::{self, Secrets, WebhookRow};
use crate::store::{Mode, users};
use crate::usecase::record::{Announced, Author, Change, record};

/// Why the messages to a disabled webhook are not sent.
const DISABLED: &str = "the webhook is disabled";

/// A delivery with everything that it takes to send it.
pub(super) struct Parcel {
    pub(super) delivery: DeliveryRow,
    pub(super) webhook: WebhookRow,
    pub(super) secrets: Secrets,
}

/// Reads a delivery; `None` when it is gone.
pub(super) async fn load(
    database: &Database,
    id: WebhookDeliveryId,
) -> Result<Option<Parcel>, Failure> {
    let mut transaction = database.begin_background(Mode::Snapshot).await?;
    let Some(delivery) = webhook_deliveries::find(&mut transaction, id).await? else {
        return Ok(None);
    };
    let Some(webhook) = webhooks::find(&mut transaction, delivery.webhook_id.into()).await? else {
        return Ok(None);
    };
    let secrets = webhooks::secrets(&mut transaction, webhook.id).await?;
    transaction.commit().await?;
    Ok(Some(Parcel {
        delivery,
        webhook,
        secrets,
    }))
}

/// Writes down how the attempt went, and disables a webhook that has failed too long.
pub(super) async fn settle(
    database: &Database,
    parcel: &Parcel,
    sent: Sent,
) -> Result<(), JobError> {
    let now = crate::clock::now();
    let mut transaction = database.begin_background(Mode::Write).await?;
    // Whoever removes the webhook waits; whoever has removed it leaves nothing to write down.
    let locked = webhooks::lock(&mut transaction, parcel.webhook.id.into()).await?;
    let Some(webhook) = locked else {
        return Ok(());
    };
    // Another delivery may have had it disabled while this one was under way.
    let (delivery, is_active) = (parcel.delivery.id, webhook.is_active);
    webhook_deliveries::attempted(&mut transaction, delivery, &sent.attempt, is_active, now)
        .await?;
    let Some(error) = sent.attempt.error else {
        webhooks::succeeded(&mut transaction, webhook.id).await?;
        transaction.commit().await?;
        return Ok(());
    };
    if !is_active {
        transaction.commit().await?;
        return Ok(());
    }
    let since = webhook.failing_since.unwrap_or(now);
    webhooks::failed(&mut transaction, webhook.id, since).await?;
    let failing = TimeDelta::from_std(FAILING).map_err(Failure::internal)?;
    let too_long = webhook.consecutive_failures + 1 >= FAILURES && now - since >= failing;
    if sent.gone || too_long {
        disable(&mut transaction, &webhook, &error).await?;
        transaction.commit().await?;
        return Ok(());
    }
    transaction.commit().await?;
    if let Some(delay) = sent.again_after {
        Err(JobError::retry_after(error, delay))
    } else {
        Err(JobError::retry(error))
    }
}

/// Marks what waits for a disabled webhook: whoever addressed it saw the webhook active, and wrote after it was disabled.
pub(super) async fn fail_pending(database: &Database, parcel: &Parcel) -> Result<(), Failure> {
    let mut transaction = database.begin_background(Mode::Write).await?;
    webhook_deliveries::fail_pending(&mut transaction, parcel.webhook.id, DISABLED).await?;
    transaction.commit().await
}

async fn disable(
    conn: &mut AsyncPgConnection,
    webhook: &WebhookRow,
    error: &str,
) -> Result<(), Failure> {
    let now = crate::clock::now();
    if !webhooks::disable(conn, webhook.id, error, now).await? {
        return Ok(());
    }
    // What waits will not be sent: said once here, and not by every job that finds out.
    webhook_deliveries::fail_pending(conn, webhook.id, DISABLED).await?;
    let change = Change {
        entity_type: EntityType::Webhook,
        entity_id: webhook.id,
        action: AuditAction::Update,
        institution_id: webhook.institution_id.map(Into::into),
        counterpart_institution_id: None,
        before: json!({ "isActive": true, "disabledReason": null }),
        after: json!({ "isActive": false, "disabledReason": error }),
        announced: Announced::Nothing,
    };
    record(conn, &Author::operator("worker"), vec![change], now).await?;
    tracing::warn!(webhook = %webhook.id, error, "a webhook was disabled");
    metrics::counter!("webhooks_disabled_total").increment(1);
    let owner = users::find(conn, webhook.created_by.into()).await?;
    let Some(owner) = owner.filter(|owner| owner.is_active) else {
        return Ok(());
    };
    let host = url::Url::parse(&webhook.url)
        .ok()
        .and_then(|url| url.host_str().map(ToOwned::to_owned));
    let notice = Mail {
        template: Template::WebhookDisabled,
        to: owner.email,
        name: format!("{} {}", owner.first_name, owner.last_name),
        link: None,
        // The rest of the URL may hold a secret of the receiver.
        subject: host,
        detail: Some(error.to_owned()),
        items: Vec::new(),
        locale: None,
    };
    mail::enqueue(conn, &[notice]).await
}
