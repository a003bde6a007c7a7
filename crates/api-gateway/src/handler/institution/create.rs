//! `POST /institutions`

use actix_web::web;
use domain::policy::Action;

use crate::dto::institution::{CreateInstitution, Institution};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Created, Success};
use crate::state::AppState;

/// Records an institution.
///
/// Platform administrators.
#[utoipa::path(
    post,
    path = "/api/v1/institutions",
    operation_id = "createInstitution",
    tag = "institutions",
    request_body = CreateInstitution,
    responses((status = 201, description = "As recorded.", body = Success<Institution>, headers(("Location" = String, description = "Its address.")))),
    security(("bearer" = []))
)]
pub(crate) async fn create(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<CreateInstitution>,
) -> Result<Created<Institution>, ApiError> {
    caller.authorize(Action::CreateInstitution, None)?;
    let draft = input.0.into_domain()?;
    let created = state.credentials.create_institution(&caller, draft).await?;
    let created = Institution::from(created);
    Ok(Created::versioned(
        format!("/institutions/{}", created.id),
        created,
    ))
}
