//! `PUT /credentials/{id}/prerequisites/{prerequisiteId}`

use actix_web::web;
use domain::id::{MicroCredentialId, PrerequisiteId};
use domain::micro_credential::PrerequisiteDraft;
use domain::parts::{ListChange, PartChange};

use crate::dto::outcome::{PartOf, Prerequisite, PrerequisiteInput, prerequisite};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PartId, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Replaces the fields of a prerequisite; it keeps its place.
///
/// Coordinators and administrators of its institution, and platform administrators. `If-Match` takes the `ETag` of the
/// micro-credential or of any of its parts.
#[utoipa::path(
    put,
    path = "/api/v1/credentials/{id}/prerequisites/{prerequisiteId}",
    operation_id = "updatePrerequisite",
    tag = "credentials",
    params(
        ("id" = Uuid, Path, description = "Identifier of the micro-credential."),
        ("prerequisiteId" = Uuid, Path, description = "Identifier of the prerequisite.")
    ),
    request_body = PrerequisiteInput,
    responses((status = 200, description = "As it stands.", body = Success<Prerequisite>)),
    security(("bearer" = []))
)]
pub(crate) async fn update(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    part: PartId<PrerequisiteId>,
    seen: IfMatch,
    input: ValidJson<PrerequisiteInput>,
) -> Result<Versioned<PartOf<Prerequisite>>, ApiError> {
    let draft = PrerequisiteDraft::from(input.0);
    draft.validate()?;
    let change = PartChange::Prerequisites(ListChange::Replace(part.0, draft));
    let changed = state
        .credentials
        .change_part(&caller, id.0, change, seen.0)
        .await?;
    Ok(Versioned(prerequisite(changed)?))
}
