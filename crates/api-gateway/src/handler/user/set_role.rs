//! `PUT /users/{id}/role`

use actix_web::web;
use domain::id::UserId;
use domain::policy::Action;

use crate::dto::auth::User;
use crate::dto::user::SetRole;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Gives a person another role or institution. Access tokens with the old one are refused from now on.
///
/// Administrators: of an institution for its people, of the platform for everybody; never above one's own role.
#[utoipa::path(
    put,
    path = "/api/v1/users/{id}/role",
    operation_id = "setUserRole",
    tag = "users",
    params(("id" = Uuid, Path, description = "Identifier.")),
    request_body = SetRole,
    responses((status = 200, description = "The account as it stands.", body = Success<User>)),
    security(("bearer" = []))
)]
pub(crate) async fn set_role(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<UserId>,
    seen: IfMatch,
    input: ValidJson<SetRole>,
) -> Result<Versioned<User>, ApiError> {
    caller.authorize(Action::SetUserRole, caller.institution_id())?;
    let assignment = input.0.into_domain()?;
    let user = state
        .credentials
        .set_user_role(&caller, id.0, assignment, seen.0)
        .await?;
    Ok(Versioned(user.into()))
}
