//! `POST /webhooks/{id}/rotate-secret`

use actix_web::web;
use domain::id::WebhookId;

use crate::dto::webhook::WebhookWithSecret;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Gives a webhook a new secret and tells it, this once.
///
/// Administrators of its institution, and platform administrators. For 24 hours messages bear two signatures, one by each
/// secret.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{id}/rotate-secret",
    operation_id = "rotateWebhookSecret",
    tag = "webhooks",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The webhook with its new secret.", body = Success<WebhookWithSecret>)),
    security(("bearer" = []))
)]
pub(crate) async fn rotate_secret(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<WebhookId>,
) -> Result<Answer<WebhookWithSecret>, ApiError> {
    let rotated = state
        .credentials
        .rotate_webhook_secret(&caller, id.0)
        .await?;
    Ok(Answer(rotated.into()))
}
