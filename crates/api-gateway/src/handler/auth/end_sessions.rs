//! `DELETE /auth/sessions`

use actix_web::web;
use domain::policy::Action;

use crate::dto::user::EndedSessions;
use crate::error::ApiError;
use crate::extract::Caller;
use crate::response::{Answer, Success};
use crate::state::AppState;

/// Ends all of one's own sessions but the one that asks.
///
/// Anyone who has signed in.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/sessions",
    operation_id = "endOtherSessions",
    tag = "auth",
    responses((status = 200, description = "The other sessions have ended.", body = Success<EndedSessions>)),
    security(("bearer" = []))
)]
pub(crate) async fn end_sessions(
    state: web::Data<AppState>,
    caller: Caller,
) -> Result<Answer<EndedSessions>, ApiError> {
    caller.authorize(Action::OwnAccount, None)?;
    let ended_sessions = state.credentials.end_own_sessions(&caller, None).await?;
    Ok(Answer(EndedSessions { ended_sessions }))
}
