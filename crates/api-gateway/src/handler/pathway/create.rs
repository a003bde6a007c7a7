//! `POST /pathways`

use actix_web::web;
use domain::policy::Action;

use crate::dto::pathway::{CreatePathway, Pathway};
use crate::error::ApiError;
use crate::extract::{Caller, ValidJson};
use crate::response::{Created, Success};
use crate::state::AppState;

/// Records a pathway as a draft.
///
/// Coordinators and administrators of the source institution, and platform administrators.
#[utoipa::path(
    post,
    path = "/api/v1/pathways",
    operation_id = "createPathway",
    tag = "pathways",
    request_body = CreatePathway,
    responses((status = 201, description = "As recorded.", body = Success<Pathway>, headers(("Location" = String, description = "Its address.")))),
    security(("bearer" = []))
)]
pub(crate) async fn create(
    state: web::Data<AppState>,
    caller: Caller,
    input: ValidJson<CreatePathway>,
) -> Result<Created<Pathway>, ApiError> {
    caller.authorize(Action::CreatePathway, Some(input.0.source_institution_id))?;
    let draft = input.0.into_domain()?;
    let created = state.credentials.create_pathway(&caller, draft).await?;
    let created = Pathway::from(created);
    Ok(Created::versioned(
        format!("/pathways/{}", created.id),
        created,
    ))
}
