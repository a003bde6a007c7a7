//! `POST /auth/register`

use actix_web::web;

use crate::dto::auth::{Register, User};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Created, Success};
use crate::state::AppState;

/// Opens an account with the role USER.
///
/// Anyone may.
#[utoipa::path(
    post,
    path = "/api/v1/auth/register",
    operation_id = "register",
    tag = "auth",
    request_body = Register,
    responses((status = 201, description = "The account.", body = Success<User>, headers(("Location" = String, description = "Its address."))))
)]
pub(crate) async fn register(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<Register>,
) -> Result<Created<User>, ApiError> {
    let input = input.0.checked(state.settings.passwords)?;
    let user = state.credentials.register(&caller, input).await?;
    Ok(Created::at("/users/me", user.into()))
}
