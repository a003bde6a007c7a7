//! `POST /credentials/{id}/prerequisites`

use actix_web::web;
use domain::id::MicroCredentialId;
use domain::micro_credential::PrerequisiteDraft;
use domain::parts::{ListChange, PartChange};

use crate::dto::outcome::{PartOf, Prerequisite, PrerequisiteInput, prerequisite};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Created, Success};
use crate::state::AppState;

/// Adds a prerequisite at the end of the list.
///
/// Coordinators and administrators of its institution, and platform administrators. `If-Match` takes the `ETag` of the
/// micro-credential or of any of its parts.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/prerequisites",
    operation_id = "createPrerequisite",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier of the micro-credential.")),
    request_body = PrerequisiteInput,
    responses((status = 201, description = "As recorded.", body = Success<Prerequisite>, headers(("Location" = String, description = "Its address.")))),
    security(("bearer" = []))
)]
pub(crate) async fn create(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    seen: IfMatch,
    input: ValidJson<PrerequisiteInput>,
) -> Result<Created<PartOf<Prerequisite>>, ApiError> {
    let draft = PrerequisiteDraft::from(input.0);
    draft.validate()?;
    let change = PartChange::Prerequisites(ListChange::Add(draft));
    let changed = state
        .credentials
        .change_part(&caller, id.0, change, seen.0)
        .await?;
    let made = prerequisite(changed)?;
    let location = format!("/credentials/{}/prerequisites/{}", id.0, made.id());
    Ok(Created::versioned(location, made))
}
