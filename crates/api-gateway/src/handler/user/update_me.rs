//! `PUT /users/me`

use actix_web::web;
use domain::policy::Action;

use crate::dto::auth::User;
use crate::dto::user::UpdateProfile;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Changes one's own name at once, and one's e-mail address once the mail that is sent there has been answered.
///
/// Anyone who has signed in; another address needs the current password.
#[utoipa::path(
    put,
    path = "/api/v1/users/me",
    operation_id = "updateOwnUser",
    tag = "users",
    request_body = UpdateProfile,
    responses((status = 200, description = "The account as it stands.", body = Success<User>)),
    security(("bearer" = []))
)]
pub(crate) async fn update_me(
    state: web::Data<AppState>,
    caller: Caller,
    seen: IfMatch,
    input: ValidJson<UpdateProfile>,
) -> Result<Versioned<User>, ApiError> {
    caller.authorize(Action::OwnAccount, None)?;
    let (profile, password) = input.0.into_domain()?;
    let user = state
        .credentials
        .update_own_user(&caller, profile, password, seen.0)
        .await?;
    Ok(Versioned(user.into()))
}
