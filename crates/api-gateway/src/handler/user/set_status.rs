//! `PUT /users/{id}/status`

use actix_web::web;
use domain::id::UserId;
use domain::policy::Action;

use crate::dto::auth::User;
use crate::dto::user::SetStatus;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Disables or enables an account.
///
/// Administrators: of an institution for its people, of the platform for everybody; never above one's own role.
#[utoipa::path(
    put,
    path = "/api/v1/users/{id}/status",
    operation_id = "setUserStatus",
    tag = "users",
    params(("id" = Uuid, Path, description = "Identifier.")),
    request_body = SetStatus,
    responses((status = 200, description = "The account as it stands.", body = Success<User>)),
    security(("bearer" = []))
)]
pub(crate) async fn set_status(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<UserId>,
    seen: IfMatch,
    input: ValidJson<SetStatus>,
) -> Result<Versioned<User>, ApiError> {
    caller.authorize(Action::SetUserStatus, caller.institution_id())?;
    let user = state
        .credentials
        .set_user_status(&caller, id.0, input.0.is_active, seen.0)
        .await?;
    Ok(Versioned(user.into()))
}
