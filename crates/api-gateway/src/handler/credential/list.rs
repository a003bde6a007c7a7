//! `GET /credentials`

use actix_web::web;

use crate::cache::{Kept, Key, Kind};
use crate::dto::credential::{CredentialQuery, CredentialSummary};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{SuccessList, Written};
use crate::state::AppState;

/// Lists micro-credentials.
///
/// Anyone sees the published ones; an institution's own people also its drafts.
#[utoipa::path(
    get,
    path = "/api/v1/credentials",
    operation_id = "listCredentials",
    tag = "credentials",
    params(CredentialQuery),
    responses((status = 200, description = "A page of micro-credentials.", body = SuccessList<CredentialSummary>))
)]
pub(crate) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
    query: ValidQuery<CredentialQuery>,
) -> Result<Kept, ApiError> {
    let query = query.0.checked()?;
    let key = Key::list(Kind::Credential, &query);
    let read = async |caller: &Caller| {
        let page = state
            .credentials
            .list_credentials(caller, query.clone())
            .await?;
        Written::page(&page.map(CredentialSummary::from))
    };
    state.read_public(&caller, key, read).await
}
