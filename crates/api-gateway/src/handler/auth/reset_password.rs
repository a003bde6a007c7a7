//! `POST /auth/password/reset`

use actix_web::web;

use crate::dto::auth::ResetPassword;
use crate::dto::user::Done;
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Chooses a password by the link of a mail, that of a reset or that of an invitation.
///
/// Anyone with the link. Every session of the account ends.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password/reset",
    operation_id = "resetPassword",
    tag = "auth",
    request_body = ResetPassword,
    responses((status = 200, description = "The password counts from now on.", body = Success<Done>))
)]
pub(crate) async fn reset_password(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<ResetPassword>,
) -> Result<Answer<Done>, ApiError> {
    let input = input.0.checked(state.settings.passwords)?;
    state.credentials.reset_password(&caller, input).await?;
    Ok(Answer(Done { done: true }))
}
