//! `DELETE /webhooks/{id}`

use actix_web::web;
use domain::id::WebhookId;

use crate::dto::webhook::WebhookDeleted;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Removes a webhook with the record of its deliveries.
///
/// Administrators of its institution, and platform administrators. What waits to be sent is sent no more.
#[utoipa::path(
    delete,
    path = "/api/v1/webhooks/{id}",
    operation_id = "deleteWebhook",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "It is gone.", body = Success<WebhookDeleted>)),
    security(("bearer" = []))
)]
pub(crate) async fn delete(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
) -> Result<Answer<WebhookDeleted>, ApiError> {
    state.credentials.delete_webhook(&caller, id.0).await?;
    Ok(Answer(WebhookDeleted { deleted: true }))
}
