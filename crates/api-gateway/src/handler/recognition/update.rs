//! `PUT /recognitions/{id}`

use actix_web::web;
use domain::id::RecognitionId;

use crate::dto::recognition::{CreateRecognition, Recognition};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Replaces the fields of a recognition.
///
/// Administrators of the recognising institution, and platform administrators. `microCredentialId` and
/// `recognizingInstitutionId` must stay the same; a withdrawn recognition cannot be changed.
#[utoipa::path(
    put,
    path = "/api/v1/recognitions/{id}",
    operation_id = "updateRecognition",
    tag = "recognitions",
    params(("id" = Uuid, Path, description = "Identifier.")),
    request_body = CreateRecognition,
    responses((status = 200, description = "As it stands.", body = Success<Recognition>)),
    security(("bearer" = []))
)]
pub(crate) async fn update(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<RecognitionId>,
    seen: IfMatch,
    input: ValidJson<CreateRecognition>,
) -> Result<Versioned<Recognition>, ApiError> {
    let draft = input.0.into_domain()?;
    let updated = state
        .credentials
        .update_recognition(&caller, id.0, draft, seen.0)
        .await?;
    Ok(Versioned(updated.into()))
}
