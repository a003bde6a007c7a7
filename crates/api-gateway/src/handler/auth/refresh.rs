//! `POST /auth/refresh`

use actix_web::web;
use domain::{ErrorCode, Failure};
use secrecy::{ExposeSecret as _, SecretString};

use crate::dto::auth::{Refresh, Tokens};
use crate::error::ApiError;
use crate::extract::{Caller, RefreshCookie, SessionMode, ValidJson};
use crate::rate_limit::{Budget, Subject};
use crate::response::{Answer, Success, WithCookies};
use crate::state::AppState;

/// Renews a session.
///
/// The refresh token is good for one use; using it again within seconds gives the same answer, later it ends the session.
/// In a session of cookies the body is `{}`, and the header `X-CSRF-Token` repeats the cookie `__Host-bccb-csrf`.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    operation_id = "refresh",
    tag = "auth",
    params(("X-CSRF-Token" = Option<String>, Header, description = "In a session of cookies: the cookie `__Host-bccb-csrf`.")),
    request_body = Refresh,
    responses((status = 200, description = "Tokens and the person.", body = Success<Tokens>))
)]
pub(crate) async fn refresh(
    state: web::Data<AppState>,
    caller: Caller,
    cookie: RefreshCookie,
    input: ValidJson<Refresh>,
) -> Result<WithCookies<Answer<Tokens>>, ApiError> {
    let (token, mode) = match input.0.checked()?.refresh_token {
        Some(token) => (token, SessionMode::Bearer),
        None => (of_cookie(cookie)?, SessionMode::Cookie),
    };
    require_budget(&state, &token).await?;
    let session = state.credentials.refresh(&caller, &token).await?;
    let (tokens, cookies) = state.tokens.issue(session, mode)?;
    Ok(WithCookies(Answer(tokens), cookies))
}

fn of_cookie(cookie: RefreshCookie) -> Result<SecretString, Failure> {
    cookie
        .token()?
        .ok_or_else(|| Failure::invalid_field("refresh_token", "must be stated"))
}

/// A session has a budget of its own, so that those who share an address do not use up each other's.
async fn require_budget(state: &AppState, token: &SecretString) -> Result<(), Failure> {
    let subject = Subject::of_refresh_token(token.expose_secret());
    let verdict = state.limiter.count(Budget::Auth("refresh"), subject).await;
    if verdict.admitted {
        return Ok(());
    }
    Err(Failure::new(
        ErrorCode::RateLimitExceeded,
        "too many requests; come back when the window ends",
    )
    .retry_after(verdict.resets_in))
}
