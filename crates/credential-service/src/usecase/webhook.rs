//! Webhooks of institutions and of the platform.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deliveries;
pub(crate) mod list;
pub(crate) mod rotate;

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::id::{InstitutionId, WebhookId};
use domain::policy::{Action, permits};
use domain::vocabulary::{AuditAction, EntityType};
use domain::webhook::Webhook;
use protocol::Caller;
use serde_json::Value;

use crate::store::webhooks::{self, WebhookRow};
use crate::usecase::authority::authorize_somewhere;
use crate::usecase::record::{Announced, Change};

impl From<WebhookRow> for Webhook {
    fn from(row: WebhookRow) -> Self {
        Self {
            id: row.id.into(),
            institution_id: row.institution_id.map(Into::into),
            created_by: row.created_by.into(),
            url: row.url,
            event_types: row.event_types,
            is_active: row.is_active,
            disabled_reason: row.disabled_reason,
            consecutive_failures: row.consecutive_failures,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Insists that somebody administers an institution at all, before a row is looked at.
fn require_administrator(caller: &Caller) -> Result<(), Failure> {
    authorize_somewhere(caller, Action::ManageWebhooks)
}

/// Keeps a webhook that the caller may manage; another institution's is not found.
fn visible(caller: &Caller, found: Option<WebhookRow>) -> Result<WebhookRow, Failure> {
    found
        .filter(|webhook| {
            let institution = webhook.institution_id.map(InstitutionId::from);
            permits(&caller.principal, Action::ManageWebhooks, institution)
        })
        .ok_or_else(|| Failure::not_found("webhook"))
}

/// Reads a webhook that the caller may manage, and keeps others from changing it.
async fn locked(
    conn: &mut AsyncPgConnection,
    caller: &Caller,
    id: WebhookId,
) -> Result<WebhookRow, Failure> {
    visible(caller, webhooks::lock(conn, id).await?)
}

/// What is put on record; followers of the feed hear nothing of webhooks.
fn change(webhook: &Webhook, action: AuditAction, before: Value, after: Value) -> Change {
    Change {
        entity_type: EntityType::Webhook,
        entity_id: webhook.id.uuid(),
        action,
        institution_id: webhook.institution_id,
        counterpart_institution_id: None,
        before,
        after,
        announced: Announced::Nothing,
    }
}

/// A webhook as the audit log shows it: without secrets, and without what each attempt changes.
fn view(webhook: &Webhook) -> Value {
    serde_json::json!({
        "institutionId": webhook.institution_id,
        "url": webhook.url,
        "eventTypes": webhook.event_types,
    })
}
