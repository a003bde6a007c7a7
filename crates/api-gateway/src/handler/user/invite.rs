//! `POST /users/invite`

use actix_web::web;
use domain::policy::Action;

use crate::dto::auth::User;
use crate::dto::user::InviteUser;
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Created, Success};
use crate::state::AppState;

/// Opens an account for a person and sends a link to choose its password.
///
/// Administrators: of an institution for it, of the platform for all; never above one's own role.
#[utoipa::path(
    post,
    path = "/api/v1/users/invite",
    operation_id = "inviteUser",
    tag = "users",
    request_body = InviteUser,
    responses((status = 201, description = "The account.", body = Success<User>, headers(("Location" = String, description = "Its address.")))),
    security(("bearer" = []))
)]
pub(crate) async fn invite(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<InviteUser>,
) -> Result<Created<User>, ApiError> {
    let invitation = input.0.into_domain()?;
    caller.authorize(Action::InviteUser, invitation.assignment.institution_id)?;
    let user = state.credentials.invite_user(&caller, invitation).await?;
    let user = User::from(user);
    Ok(Created::versioned(format!("/users/{}", user.id()), user))
}
