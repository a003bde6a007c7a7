//! Webhooks.

use domain::Failure;
use domain::vocabulary::DeliveryStatus;
use domain::webhook::{Webhook, WebhookDelivery};

use super::value::{optional_time, required_time, time_to_wire};
use crate::pb::credential as pb;

impl From<Webhook> for pb::Webhook {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id.to_string(),
            institution_id: webhook.institution_id.map(|id| id.to_string()),
            created_by: webhook.created_by.to_string(),
            url: webhook.url,
            event_types: webhook.event_types,
            is_active: webhook.is_active,
            disabled_reason: webhook.disabled_reason,
            consecutive_failures: webhook.consecutive_failures,
            created_at: Some(time_to_wire(webhook.created_at)),
            updated_at: Some(time_to_wire(webhook.updated_at)),
        }
    }
}

impl TryFrom<pb::Webhook> for Webhook {
    type Error = Failure;

    fn try_from(webhook: pb::Webhook) -> Result<Self, Failure> {
        Ok(Self {
            id: webhook.id.parse()?,
            institution_id: webhook.institution_id.map(|id| id.parse()).transpose()?,
            created_by: webhook.created_by.parse()?,
            url: webhook.url,
            event_types: webhook.event_types,
            is_active: webhook.is_active,
            disabled_reason: webhook.disabled_reason,
            consecutive_failures: webhook.consecutive_failures,
            created_at: required_time(webhook.created_at, "created_at")?,
            updated_at: required_time(webhook.updated_at, "updated_at")?,
        })
    }
}

impl From<WebhookDelivery> for pb::WebhookDelivery {
    fn from(delivery: WebhookDelivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            webhook_id: delivery.webhook_id.to_string(),
            event_type: delivery.event_type,
            body: delivery.body,
            status: delivery.status.as_str().into(),
            attempts: delivery.attempts,
            response_status: delivery.response_status,
            response_body: delivery.response_body,
            duration_ms: delivery.duration_ms,
            error: delivery.error,
            created_at: Some(time_to_wire(delivery.created_at)),
            last_attempt_at: delivery.last_attempt_at.map(time_to_wire),
        }
    }
}

impl TryFrom<pb::WebhookDelivery> for WebhookDelivery {
    type Error = Failure;

    fn try_from(delivery: pb::WebhookDelivery) -> Result<Self, Failure> {
        Ok(Self {
            id: delivery.id.parse()?,
            webhook_id: delivery.webhook_id.parse()?,
            event_type: delivery.event_type,
            body: delivery.body,
            status: DeliveryStatus::parse(&delivery.status)
                .ok_or_else(|| Failure::malformed("unknown status of a delivery"))?,
            attempts: delivery.attempts,
            response_status: delivery.response_status,
            response_body: delivery.response_body,
            duration_ms: delivery.duration_ms,
            error: delivery.error,
            created_at: required_time(delivery.created_at, "created_at")?,
            last_attempt_at: optional_time(delivery.last_attempt_at)?,
        })
    }
}
