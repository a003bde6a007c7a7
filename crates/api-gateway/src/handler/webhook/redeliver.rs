//! `POST /webhooks/{id}/deliveries/{deliveryId}/redeliver`

use actix_web::web;
use domain::id::{WebhookDeliveryId, WebhookId};

use crate::dto::webhook::WebhookDelivery;
use crate::error::ApiError;
use crate::extract::{Caller, PartId, PathId};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Sends a message again.
///
/// Administrators of the webhook's institution, and platform administrators. It keeps its `webhook-id`, so that a
/// receiver that has had it recognises the copy; its attempts begin anew.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver",
    operation_id = "redeliverWebhook",
    tag = "webhooks",
    params(
        ("id" = Uuid, Path, description = "The webhook."),
        ("deliveryId" = Uuid, Path, description = "The delivery.")
    ),
    responses((status = 200, description = "The delivery, waiting again.", body = Success<WebhookDelivery>)),
    security(("bearer" = []))
)]
pub(crate) async fn redeliver(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
    delivery: PartId<WebhookDeliveryId>,
) -> Result<Answer<WebhookDelivery>, ApiError> {
    let waiting = state
        .credentials
        .redeliver_webhook(&caller, id.0, delivery.0)
        .await?;
    Ok(Answer(waiting.try_into()?))
}
