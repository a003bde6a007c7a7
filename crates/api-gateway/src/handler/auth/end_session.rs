//! `DELETE /auth/sessions/{id}`

use actix_web::web;
use domain::id::SessionId;
use domain::policy::Action;

use crate::dto::user::EndedSessions;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Ends one of one's own sessions.
///
/// Anyone who has signed in.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/sessions/{id}",
    operation_id = "endOwnSession",
    tag = "auth",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The session has ended.", body = Success<EndedSessions>)),
    security(("bearer" = []))
)]
pub(crate) async fn end_session(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<SessionId>,
) -> Result<Answer<EndedSessions>, ApiError> {
    caller.authorize(Action::OwnAccount, None)?;
    let ended_sessions = state
        .credentials
        .end_own_sessions(&caller, Some(id.0))
        .await?;
    state.tokens.denied().deny_session(id.0);
    Ok(Answer(EndedSessions { ended_sessions }))
}
