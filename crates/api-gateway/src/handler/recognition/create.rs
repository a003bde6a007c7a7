//! `POST /recognitions`

use actix_web::web;
use domain::policy::Action;

use crate::dto::recognition::{CreateRecognition, Recognition};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Created, Success};
use crate::state::AppState;

/// Records a recognition.
///
/// Administrators of the recognising institution, and platform administrators.
#[utoipa::path(
    post,
    path = "/api/v1/recognitions",
    operation_id = "createRecognition",
    tag = "recognitions",
    request_body = CreateRecognition,
    responses((status = 201, description = "As recorded.", body = Success<Recognition>, headers(("Location" = String, description = "Its address.")))),
    security(("bearer" = []))
)]
pub(crate) async fn create(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<CreateRecognition>,
) -> Result<Created<Recognition>, ApiError> {
    caller.authorize(
        Action::CreateRecognition,
        Some(input.0.recognizing_institution_id),
    )?;
    let draft = input.0.into_domain()?;
    let created = state.credentials.create_recognition(&caller, draft).await?;
    let created = Recognition::from(created);
    Ok(Created::versioned(
        format!("/recognitions/{}", created.id),
        created,
    ))
}
