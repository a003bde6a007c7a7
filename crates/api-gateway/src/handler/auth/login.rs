//! `POST /auth/login`

use actix_web::web;

use crate::dto::auth::{SignIn, Tokens};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Signs in.
///
/// Checks e-mail and password and begins a session.
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    operation_id = "login",
    tag = "auth",
    request_body = SignIn,
    responses((status = 200, description = "Tokens and the person.", body = Success<Tokens>))
)]
pub(crate) async fn login(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<SignIn>,
) -> Result<Answer<Tokens>, ApiError> {
    let input = input.0.checked()?;
    let session = state.credentials.sign_in(&caller, input).await?;
    Ok(Answer(state.tokens.issue(session)?))
}
