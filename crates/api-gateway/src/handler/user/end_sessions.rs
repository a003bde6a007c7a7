//! `DELETE /users/{id}/sessions`

use actix_web::web;
use domain::id::UserId;
use domain::policy::Action;

use crate::dto::user::EndedSessions;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Ends every session of a person.
///
/// Administrators: of an institution for its people, of the platform for everybody; never above one's own role.
#[utoipa::path(
    delete,
    path = "/api/v1/users/{id}/sessions",
    operation_id = "endUserSessions",
    tag = "users",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The sessions have ended.", body = Success<EndedSessions>)),
    security(("bearer" = []))
)]
pub(crate) async fn end_sessions(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<UserId>,
) -> Result<Answer<EndedSessions>, ApiError> {
    caller.authorize(Action::EndUserSessions, caller.institution_id())?;
    let ended_sessions = state.credentials.end_user_sessions(&caller, id.0).await?;
    Ok(Answer(EndedSessions { ended_sessions }))
}
