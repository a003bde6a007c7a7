//! `GET /auth/sessions`

use actix_web::web;
use domain::policy::Action;

use crate::dto::user::OwnSession;
use crate::error::ApiError;
use crate::extract::Caller;
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Lists one's own running sessions, newest first.
///
/// Anyone who has signed in.
#[utoipa::path(
    get,
    path = "/api/v1/auth/sessions",
    operation_id = "listOwnSessions",
    tag = "auth",
    responses((status = 200, description = "The sessions.", body = Success<Vec<OwnSession>>)),
    security(("bearer" = []))
)]
pub(crate) async fn list_sessions(
    state: web::Data<AppState>,
    caller: Caller,
) -> Result<Answer<Vec<OwnSession>>, ApiError> {
    caller.authorize(Action::OwnAccount, None)?;
    let (sessions, current) = state.credentials.own_sessions(&caller).await?;
    let sessions = sessions.into_iter();
    Ok(Answer(
        sessions
            .map(|session| OwnSession::seen_from(current, session))
            .collect(),
    ))
}
