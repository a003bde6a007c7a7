//! `POST /auth/logout`

use actix_web::web;
use domain::policy::Action;

use crate::dto::auth::SignedOut;
use crate::error::ApiError;
use crate::extract::Caller;
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Ends the session.
///
/// Its refresh token is worth nothing afterwards; its access token ends by itself.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    operation_id = "logout",
    tag = "auth",
    responses((status = 200, description = "The session has ended.", body = Success<SignedOut>)),
    security(("bearer" = []))
)]
pub(crate) async fn logout(
    state: web::Data<AppState>,
    caller: Caller,
) -> Result<Answer<SignedOut>, ApiError> {
    caller.authorize(Action::OwnAccount, None)?;
    state.credentials.sign_out(&caller).await?;
    Ok(Answer(SignedOut { signed_out: true }))
}
