//! `GET /webhooks/{id}`

use actix_web::web;
use domain::id::WebhookId;

use crate::dto::webhook::Webhook;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Reads a webhook.
///
/// Administrators of its institution, and platform administrators.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{id}",
    operation_id = "getWebhook",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The webhook, without its secret.", body = Success<Webhook>)),
    security(("bearer" = []))
)]
pub(crate) async fn get(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
) -> Result<Answer<Webhook>, ApiError> {
    let found = state.credentials.get_webhook(&caller, id.0).await?;
    Ok(Answer(found.into()))
}
