//! `GET /users/me`

use actix_web::web;
use domain::policy::Action;

use crate::dto::auth::User;
use crate::error::ApiError;
use crate::extract::Caller;
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Reads one's own account.
///
/// Anyone who has signed in.
#[utoipa::path(
    get,
    path = "/api/v1/users/me",
    operation_id = "getOwnUser",
    tag = "users",
    responses((status = 200, description = "The account.", body = Success<User>)),
    security(("bearer" = []))
)]
pub(crate) async fn me(
    state: web::Data<AppState>,
    caller: Caller,
) -> Result<Versioned<User>, ApiError> {
    caller.authorize(Action::OwnAccount, None)?;
    let user = state.credentials.own_user(&caller).await?;
    Ok(Versioned(user.into()))
}
