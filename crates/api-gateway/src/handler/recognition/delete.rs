//! `DELETE /recognitions/{id}`

use actix_web::web;
use domain::id::RecognitionId;

use crate::dto::recognition::Recognition;
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Withdraws a recognition from today on.
///
/// Administrators of the recognising institution, and platform administrators. It stays on record (`isActive` becomes false):
/// `onDate` still finds it for days before. A second time changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/recognitions/{id}",
    operation_id = "deleteRecognition",
    tag = "recognitions",
    params(("id" = Uuid, Path, description = "Identifier.")),
    responses((status = 200, description = "As it stands, withdrawn.", body = Success<Recognition>)),
    security(("bearer" = []))
)]
pub(crate) async fn delete(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<RecognitionId>,
    seen: IfMatch,
) -> Result<Versioned<Recognition>, ApiError> {
    let withdrawn = state
        .credentials
        .delete_recognition(&caller, id.0, seen.0)
        .await?;
    Ok(Versioned(withdrawn.into()))
}
