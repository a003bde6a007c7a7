//! `GET /users/{id}`

use actix_web::web;
use domain::id::UserId;
use domain::policy::Action;

use crate::dto::auth::User;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Reads an account.
///
/// Administrators: of an institution for its people, of the platform for everybody.
#[utoipa::path(
    get,
    path = "/api/v1/users/{id}",
    operation_id = "getUser",
    tag = "users",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The account.", body = Success<User>)),
    security(("bearer" = []))
)]
pub(crate) async fn get(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<UserId>,
) -> Result<Versioned<User>, ApiError> {
    caller.authorize(Action::ReadUsers, caller.institution_id())?;
    let user = state.credentials.get_user(&caller, id.0).await?;
    Ok(Versioned(user.into()))
}
