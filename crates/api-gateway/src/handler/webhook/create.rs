//! `POST /webhooks`

use actix_web::web;
use domain::policy::Action;

use crate::dto::webhook::{CreateWebhook, WebhookWithSecret};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Created, Success};
use crate::state::AppState;

/// Makes a webhook and tells its secret, this once.
///
/// Administrators of an institution, for their own; platform administrators. A webhook of an institution hears what is
/// public and what is the institution's own; one of the platform hears everything. Messages are
/// `{"type", "timestamp", "data": {"id", …}}` and signed as [Standard Webhooks](https://www.standardwebhooks.com) say.
/// A status from 200 to 299 within 10 seconds is success; everything else is repeated over about three days.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks",
    operation_id = "createWebhook",
    tag = "webhooks",
    request_body = CreateWebhook,
    responses((status = 201, description = "As made, with its secret.", body = Success<WebhookWithSecret>, headers(("Location" = String, description = "Its address.")))),
    security(("bearer" = []))
)]
pub(crate) async fn create(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<CreateWebhook>,
) -> Result<Created<WebhookWithSecret>, ApiError> {
    let wanted = input.0;
    let institution = wanted.institution_id.or(caller.institution_id());
    caller.authorize(Action::ManageWebhooks, institution)?;
    let made = state
        .credentials
        .create_webhook(&caller, institution, wanted.url, wanted.event_types)
        .await?;
    let made = WebhookWithSecret::from(made);
    Ok(Created::at(format!("/webhooks/{}", made.webhook.id), made))
}
