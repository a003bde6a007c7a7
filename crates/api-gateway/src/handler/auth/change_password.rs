//! `POST /auth/password/change`

use actix_web::web;
use domain::policy::Action;

use crate::dto::auth::ChangePassword;
use crate::dto::user::Done;
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Chooses another password with the current one.
///
/// Anyone who has signed in. Every other session ends, and a mail says so.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password/change",
    operation_id = "changePassword",
    tag = "auth",
    request_body = ChangePassword,
    responses((status = 200, description = "The password counts from now on.", body = Success<Done>)),
    security(("bearer" = []))
)]
pub(crate) async fn change_password(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<ChangePassword>,
) -> Result<Answer<Done>, ApiError> {
    caller.authorize(Action::OwnAccount, None)?;
    let input = input.0.checked(state.settings.passwords)?;
    state.credentials.change_password(&caller, input).await?;
    Ok(Answer(Done { done: true }))
}
