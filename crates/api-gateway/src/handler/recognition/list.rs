//! `GET /recognitions`

use actix_web::web;

use crate::cache::{Kept, Key, Kind};
use crate::dto::recognition::{Recognition, RecognitionQuery};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{SuccessList, Written};
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
) -> Result<Kept, ApiError> {
    let query = query.0;
    let key = Key::list(Kind::Recognition, &query);
    let read = async |caller: &Caller| {
        let page = state
            .credentials
            .list_recognitions(caller, query.clone())
            .await?;
        Written::page(&page.map(Recognition::from))
    };
    state.read_public(&caller, key, read).await
}
