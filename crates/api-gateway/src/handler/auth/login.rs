//! `POST /auth/login`

use actix_web::web;

use crate::dto::auth::{SignIn, Tokens};
use crate::error::ApiError;
use crate::extract::{Caller, SessionMode, ValidJson};
use crate::response::{Answer, Success, WithCookies};
use crate::state::AppState;

/// Signs in.
///
/// Checks e-mail and password and begins a session. After some wrong passwords an account lets nobody in for a while,
/// except from addresses it knows, and answers as to a wrong password.
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    operation_id = "login",
    tag = "auth",
    params(("X-Session-Mode" = Option<String>, Header, description = "`cookie`: the tokens come as cookies that no script can read, and not in the answer; for a web app on the same origin.", pattern = "^(bearer|cookie)$")),
    request_body = SignIn,
    responses((status = 200, description = "Tokens and the person.", body = Success<Tokens>))
)]
pub(crate) async fn login(
    state: web::Data<AppState>,
    caller: Caller,
    mode: SessionMode,
    input: ValidJson<SignIn>,
) -> Result<WithCookies<Answer<Tokens>>, ApiError> {
    let input = input.0.checked()?;
    let session = state.credentials.sign_in(&caller, input).await?;
    let (tokens, cookies) = state.tokens.issue(session, mode)?;
    Ok(WithCookies(Answer(tokens), cookies))
}
