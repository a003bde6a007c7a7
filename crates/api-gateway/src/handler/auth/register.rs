//! `POST /auth/register`

use actix_web::web;

use crate::dto::auth::{Register, RegistrationAccepted};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Accepted, Success};
use crate::state::AppState;

/// Asks for an account with the role USER.
///
/// Anyone may. The answer and its time are the same whether the address has an account or not: a mail goes there, with a link
/// to confirm the address (good for 24 hours, see `confirmEmail`), or one that says that there is an account already. The
/// account is there once the address is confirmed; until then signing in is answered as for an unknown address.
#[utoipa::path(
    post,
    path = "/api/v1/auth/register",
    operation_id = "register",
    tag = "auth",
    request_body = Register,
    responses((status = 202, description = "A mail is on its way.", body = Success<RegistrationAccepted>))
)]
pub(crate) async fn register(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<Register>,
) -> Result<Accepted<RegistrationAccepted>, ApiError> {
    let input = input.0.checked(state.settings.passwords)?;
    state.credentials.register(&caller, input).await?;
    Ok(Accepted(RegistrationAccepted::new()))
}
