//! `GET /webhooks`

use actix_web::web;

use crate::dto::webhook::{Webhook, WebhookQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Listed, SuccessList};
use crate::state::AppState;

/// Lists webhooks.
///
/// Administrators of an institution see its own, platform administrators all.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks",
    operation_id = "listWebhooks",
    tag = "webhooks",
    params(WebhookQuery),
    responses((status = 200, description = "A page of webhooks.", body = SuccessList<Webhook>)),
    security(("bearer" = []))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<WebhookQuery>,
) -> Result<Listed<Webhook>, ApiError> {
    let page = state.credentials.list_webhooks(&caller, &query.0).await?;
    Ok(Listed(page.map(Webhook::from)))
}
