//! `GET /credentials`

use actix_web::web;

use crate::dto::credential::{CredentialQuery, CredentialSummary};
use crate::error::ApiError;
use crate::extract::{Caller, ValidQuery};
use crate::response::{Listed, SuccessList};
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
) -> Result<Listed<CredentialSummary>, ApiError> {
    let query = query.0.checked()?;
    let page = state.credentials.list_credentials(&caller, query).await?;
    Ok(Listed(page.map(CredentialSummary::from)))
}
