//! Webhooks: who wants to hear of changes, and what was sent.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::id::{InstitutionId, UserId, WebhookDeliveryId, WebhookId};
use crate::vocabulary::DeliveryStatus;

/// A webhook, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Identifier.
    pub id: WebhookId,
    /// Whose it is; none: of the platform.
    pub institution_id: Option<InstitutionId>,
    /// Who made it, and hears when it is disabled.
    pub created_by: UserId,
    /// Where messages go.
    pub url: String,
    /// What it wants to hear of.
    pub event_types: Vec<String>,
    /// False once it was disabled.
    pub is_active: bool,
    /// Why it was disabled.
    pub disabled_reason: Option<String>,
    /// Failed attempts since the last that succeeded.
    pub consecutive_failures: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A message to a webhook, and how its last attempt went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// Identifier, which is the message's `webhook-id`.
    pub id: WebhookDeliveryId,
    /// The webhook.
    pub webhook_id: WebhookId,
    /// What happened.
    pub event_type: String,
    /// The message, as JSON.
    pub body: String,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// Attempts so far.
    pub attempts: i32,
    /// Status of the last answer.
    pub response_status: Option<i32>,
    /// Beginning of the last answer.
    pub response_body: Option<String>,
    /// How long the last attempt took, in milliseconds.
    pub duration_ms: Option<i32>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// When the message was made.
    pub created_at: DateTime<Utc>,
    /// When it was last sent.
    pub last_attempt_at: Option<DateTime<Utc>>,
}
