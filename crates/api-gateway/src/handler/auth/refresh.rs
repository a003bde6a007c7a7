//! `POST /auth/refresh`

use actix_web::web;

use crate::dto::auth::{Refresh, Tokens};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Renews a session.
///
/// The refresh token is good for one use; using it again ends the session.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    operation_id = "refresh",
    tag = "auth",
    request_body = Refresh,
    responses((status = 200, description = "Tokens and the person.", body = Success<Tokens>))
)]
pub(crate) async fn refresh(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<Refresh>,
) -> Result<Answer<Tokens>, ApiError> {
    let input = input.0.checked()?;
    let session = state.credentials.refresh(&caller, input).await?;
    Ok(Answer(state.tokens.issue(session)?))
}
