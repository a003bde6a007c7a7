//! `GET /recognitions`

use actix_web::web;

use crate::dto::recognition::{Recognition, RecognitionQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Listed, SuccessList};
use crate::state::AppState;

/// Lists recognitions.
///
/// Anyone may.
#[utoipa::path(
    get,
    path = "/api/v1/recognitions",
    operation_id = "listRecognitions",
    tag = "recognitions",
    params(RecognitionQuery),
    responses((status = 200, description = "A page of recognitions.", body = SuccessList<Recognition>))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<RecognitionQuery>,
) -> Result<Listed<Recognition>, ApiError> {
    let page = state
        .credentials
        .list_recognitions(&caller, query.0)
        .await?;
    Ok(Listed(page.map(Recognition::from)))
}
