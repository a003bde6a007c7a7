//! `POST /credentials`

use actix_web::web;
use domain::policy::Action;

use crate::dto::credential::{CreateCredential, Credential};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Created, Success};
use crate::state::AppState;

/// Records a micro-credential as a draft.
///
/// Coordinators and administrators of its institution, and platform administrators.
#[utoipa::path(
    post,
    path = "/api/v1/credentials",
    operation_id = "createCredential",
    tag = "credentials",
    request_body = CreateCredential,
    responses((status = 201, description = "As recorded.", body = Success<Credential>, headers(("Location" = String, description = "Its address.")))),
    security(("bearer" = []))
)]
pub(crate) async fn create(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<CreateCredential>,
) -> Result<Created<Credential>, ApiError> {
    let owner = input.0.institution_id;
    caller.authorize(Action::CreateCredential, Some(owner))?;
    let draft = input.0.into_domain()?;
    let created = state
        .credentials
        .create_credential(&caller, owner, draft)
        .await?;
    let created = Credential::from(created);
    Ok(Created::versioned(
        format!("/credentials/{}", created.summary.id),
        created,
    ))
}
