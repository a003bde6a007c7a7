//! `POST /auth/logout`

use actix_web::web;
use domain::policy::{Action, Principal};

use crate::cookie;
use crate::dto::auth::SignedOut;
use crate::error::ApiError;
use crate::extract::{Caller, RefreshCookie};
use crate::response::{Answer, Success, WithCookies};
use crate::state::AppState;

/// Ends the session.
///
/// Its tokens are worth nothing afterwards, and a browser forgets its cookies. A browser whose access token has expired needs
/// none: its refresh cookie with the proof of the page says which session it leaves.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    operation_id = "logout",
    tag = "auth",
    params(("X-CSRF-Token" = Option<String>, Header, description = "In a session of cookies: the cookie `__Host-bccb-csrf`.")),
    responses((status = 200, description = "The session has ended.", body = Success<SignedOut>)),
    security(("bearer" = []))
)]
pub(crate) async fn logout(
    state: web::Data<AppState>,
    caller: Caller,
    cookie: RefreshCookie,
) -> Result<WithCookies<Answer<SignedOut>>, ApiError> {
    let session = if let Principal::User { session_id, .. } = &caller.principal {
        state.credentials.sign_out(&caller).await?;
        Some(*session_id)
    } else if let Some(token) = cookie.token()? {
        state.credentials.sign_out_of(&caller, &token).await?
    } else {
        caller.authorize(Action::OwnAccount, None)?;
        None
    };
    if let Some(session) = session {
        // The other gateways hear of it over the feed.
        state.tokens.denied().deny_session(session);
    }
    let answer = Answer(SignedOut { signed_out: true });
    Ok(WithCookies(answer, cookie::forget_all()))
}
