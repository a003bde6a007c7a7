//! `GET /recognitions/{id}`

use actix_web::web;
use domain::id::RecognitionId;

use crate::dto::recognition::Recognition;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Reads a recognition.
///
/// Anyone may.
#[utoipa::path(
    get,
    path = "/api/v1/recognitions/{id}",
    operation_id = "getRecognition",
    tag = "recognitions",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "The recognition.", body = Success<Recognition>))
)]
pub(crate) async fn get(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<RecognitionId>,
) -> Result<Versioned<Recognition>, ApiError> {
    let found = state.credentials.get_recognition(&caller, id.0).await?;
    Ok(Versioned(found.into()))
}
