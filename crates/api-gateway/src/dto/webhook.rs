//! Webhooks.

use chrono::{DateTime, Utc};
use domain::Failure;
use domain::id::{InstitutionId, UserId, WebhookDeliveryId, WebhookId};
use domain::vocabulary::DeliveryStatus;
use domain::webhook;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::page::windowed;
use super::vocabulary;

/// Window of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WebhookQuery {
    /// Page number, from 1.
    #[param(minimum = 1, maximum = 100_000, default = 1)]
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// `createdAt` or `-createdAt`; newest first when absent.
    #[param(pattern = "^-?(createdAt)$")]
    pub(crate) sort: Option<String>,
}

/// Filters of the list of deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveryQuery {
    /// Page number, from 1.
    #[param(minimum = 1, maximum = 100_000, default = 1)]
    pub(crate) page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Option<u32>,
    /// `createdAt` or `-createdAt`; newest first when absent.
    #[param(pattern = "^-?(createdAt)$")]
    pub(crate) sort: Option<String>,
    /// Only those that stand there.
    #[param(value_type = Option<vocabulary::DeliveryStatus>, inline)]
    pub(crate) status: Option<DeliveryStatus>,
}

windowed!(WebhookQuery, DeliveryQuery);

/// Somebody who wants to hear of changes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateWebhook {
    /// Where messages go: `https`, an address of the public internet, no user name.
    #[schema(example = "https://registrar.example.org/bccb", max_length = 2000)]
    pub(crate) url: String,
    /// What it wants to hear of; everything when absent or empty.
    ///
    /// `credential.created`, `.updated`, `.submitted`, `.published`, `.rejected`, `.archived`, `.deleted` ·
    /// `institution.created`, `.updated`, `.deleted` · `pathway.created`, `.updated`, `.submitted`, `.approved`,
    /// `.rejected`, `.activated`, `.suspended`, `.archived`, `.deleted` · `recognition.created`, `.updated`, `.withdrawn` ·
    /// `user.registered`.
    #[serde(default)]
    #[schema(example = json!(["credential.published", "recognition.created"]))]
    pub(crate) event_types: Vec<String>,
    /// Whose it will be: the caller's institution when absent; for platform administrators then the platform's, which
    /// hears everything.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) institution_id: Option<InstitutionId>,
}

/// A webhook, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Webhook {
    #[schema(value_type = Uuid)]
    pub(crate) id: WebhookId,
    /// Whose it is; null: of the platform.
    #[schema(value_type = Option<Uuid>)]
    institution_id: Option<InstitutionId>,
    /// Who made it, and gets a mail when it is disabled.
    #[schema(value_type = Uuid)]
    created_by: UserId,
    url: String,
    event_types: Vec<String>,
    /// False once it was disabled: after at least 20 failures in a row over at least 24 hours, or at an answer of 410.
    is_active: bool,
    disabled_reason: Option<String>,
    /// Failed attempts since the last that succeeded.
    consecutive_failures: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<webhook::Webhook> for Webhook {
    fn from(webhook: webhook::Webhook) -> Self {
        Self {
            id: webhook.id,
            institution_id: webhook.institution_id,
            created_by: webhook.created_by,
            url: webhook.url,
            event_types: webhook.event_types,
            is_active: webhook.is_active,
            disabled_reason: webhook.disabled_reason,
            consecutive_failures: webhook.consecutive_failures,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
        }
    }
}

/// A webhook with its secret, which is told this once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookWithSecret {
    #[serde(flatten)]
    pub(crate) webhook: Webhook,
    /// Signs messages as Standard Webhooks say; keep it, it is never told again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    secret: String,
}

impl From<(webhook::Webhook, String)> for WebhookWithSecret {
    fn from((webhook, secret): (webhook::Webhook, String)) -> Self {
        Self {
            webhook: webhook.into(),
            secret,
        }
    }
}

/// The webhook is gone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookDeleted {
    /// Always true.
    #[schema(example = true)]
    pub(crate) deleted: bool,
}

/// A message to a webhook, and how its last attempt went. Kept for 30 days.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookDelivery {
    /// The message's `webhook-id`, the same in every attempt.
    #[schema(value_type = Uuid)]
    id: WebhookDeliveryId,
    #[schema(value_type = Uuid)]
    webhook_id: WebhookId,
    #[schema(example = "credential.published")]
    event_type: String,
    /// The message: `type`, `timestamp` and `data`, as it was at the time.
    #[schema(value_type = Object)]
    body: Value,
    #[schema(value_type = vocabulary::DeliveryStatus)]
    status: DeliveryStatus,
    attempts: i32,
    /// Status of the last answer.
    response_status: Option<i32>,
    /// At most 4 KiB of the last answer.
    response_body: Option<String>,
    /// How long the last attempt took, in milliseconds.
    duration_ms: Option<i32>,
    /// Why the last attempt failed.
    error: Option<String>,
    created_at: DateTime<Utc>,
    last_attempt_at: Option<DateTime<Utc>>,
}

impl TryFrom<webhook::WebhookDelivery> for WebhookDelivery {
    type Error = Failure;

    fn try_from(delivery: webhook::WebhookDelivery) -> Result<Self, Failure> {
        Ok(Self {
            id: delivery.id,
            webhook_id: delivery.webhook_id,
            event_type: delivery.event_type,
            body: serde_json::from_str(&delivery.body).map_err(Failure::internal)?,
            status: delivery.status,
            attempts: delivery.attempts,
            response_status: delivery.response_status,
            response_body: delivery.response_body,
            duration_ms: delivery.duration_ms,
            error: delivery.error,
            created_at: delivery.created_at,
            last_attempt_at: delivery.last_attempt_at,
        })
    }
}
