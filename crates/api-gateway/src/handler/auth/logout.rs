//! `POST /auth/logout`

use actix_web::web;
use domain::policy::{Action, Principal};

use crate::cookie;
use crate::dto::auth::SignedOut;
use crate::error::ApiError;
use crate::extract::Caller;
use crate::response::{Answer, Success, WithCookies};
use crate::state::AppState;

/// Ends the session.
///
/// Its tokens are worth nothing afterwards, and a browser forgets its cookies.
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
) -> Result<WithCookies<Answer<SignedOut>>, ApiError> {
    caller.authorize(Action::OwnAccount, None)?;
    state.credentials.sign_out(&caller).await?;
    if let Principal::User { session_id, .. } = &caller.principal {
        // The other gateways hear of it over the feed.
        state.tokens.denied().deny_session(*session_id);
    }
    let answer = Answer(SignedOut { signed_out: true });
    Ok(WithCookies(answer, cookie::forget_all()))
}
