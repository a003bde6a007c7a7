//! `POST /auth/password/forgot`

use actix_web::web;

use crate::dto::auth::ForgotPassword;
use crate::dto::user::Done;
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Sends a link to choose another password.
///
/// Anyone may. The answer and its time are the same whether there is such an account or not.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password/forgot",
    operation_id = "forgotPassword",
    tag = "auth",
    request_body = ForgotPassword,
    responses((status = 200, description = "If there is such an account, a mail is on its way.", body = Success<Done>))
)]
pub(crate) async fn forgot_password(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<ForgotPassword>,
) -> Result<Answer<Done>, ApiError> {
    state
        .credentials
        .forgot_password(&caller, input.0.email)
        .await?;
    Ok(Answer(Done { done: true }))
}
