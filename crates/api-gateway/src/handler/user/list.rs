//! `GET /users`

use actix_web::web;
use domain::policy::Action;

use crate::dto::auth::User;
use crate::dto::user::UserQuery;
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Listed, SuccessList};
use crate::state::AppState;

/// Lists accounts.
///
/// Administrators: of an institution for its people, of the platform for everybody.
#[utoipa::path(
    get,
    path = "/api/v1/users",
    operation_id = "listUsers",
    tag = "users",
    params(UserQuery),
    responses((status = 200, description = "A page of accounts.", body = SuccessList<User>)),
    security(("bearer" = []))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<UserQuery>,
) -> Result<Listed<User>, ApiError> {
    caller.authorize(Action::ReadUsers, caller.institution_id())?;
    let page = state.credentials.list_users(&caller, query.0).await?;
    Ok(Listed(page.map(User::from)))
}
