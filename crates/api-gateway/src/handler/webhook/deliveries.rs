//! `GET /webhooks/{id}/deliveries`

use actix_web::web;
use domain::id::WebhookId;

use crate::dto::webhook::{DeliveryQuery, WebhookDelivery};
use crate::error::ApiError;
use crate::extract::{Caller, PathId, ValidQuery};
use crate::response::{Listed, SuccessList};
use crate::state::AppState;

/// Lists what was sent to a webhook in the last 30 days, and how it went.
///
/// Administrators of its institution, and platform administrators.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{id}/deliveries",
    operation_id = "listWebhookDeliveries",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Identifier."), DeliveryQuery),
    responses((status = 200, description = "A page of deliveries.", body = SuccessList<WebhookDelivery>)),
    security(("bearer" = []))
)]
pub(crate) async fn deliveries(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
    query: ValidQuery<DeliveryQuery>,
) -> Result<Listed<WebhookDelivery>, ApiError> {
    let page = state
        .credentials
        .list_webhook_deliveries(&caller, id.0, &query.0)
        .await?;
    Ok(Listed(page.try_map(WebhookDelivery::try_from)?))
}
