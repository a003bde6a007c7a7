//! `GET /recognitions/{id}`

use actix_web::web;
use domain::id::RecognitionId;

use crate::cache::{Kept, Key};
use crate::dto::recognition::Recognition;
use crate::error::ApiError;
use crate::extract::{Caller, PathId};
use crate::response::{Success, Written};
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
) -> Result<Kept, ApiError> {
    let id = id.0;
    let read = async |caller: &Caller| {
        let found = state.credentials.get_recognition(caller, id).await?;
        Written::versioned(&Recognition::from(found))
    };
    state.read_public(&caller, Key::recognition(id), read).await
}
