//! `POST /auth/email/confirm`

use actix_web::web;

use crate::dto::auth::ConfirmEmail;
use crate::dto::user::Done;
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Confirms an e-mail address by the link that was sent there.
///
/// Anyone with the link. It is that of a registration, and the account is there from now on; or that of another address of
/// an account. Nobody is signed in by it.
#[utoipa::path(
    post,
    path = "/api/v1/auth/email/confirm",
    operation_id = "confirmEmail",
    tag = "auth",
    request_body = ConfirmEmail,
    responses((status = 200, description = "The address counts from now on.", body = Success<Done>))
)]
pub(crate) async fn confirm_email(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<ConfirmEmail>,
) -> Result<Answer<Done>, ApiError> {
    let input = input.0.checked()?;
    state
        .credentials
        .confirm_email(&caller, &input.token)
        .await?;
    Ok(Answer(Done { done: true }))
}
