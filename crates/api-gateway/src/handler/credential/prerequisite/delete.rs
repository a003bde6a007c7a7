//! `DELETE /credentials/{id}/prerequisites/{prerequisiteId}`

use actix_web::web;
use domain::id::{MicroCredentialId, PrerequisiteId};
use domain::parts::{ListChange, PartChange};

use crate::dto::outcome::{PartOf, Prerequisite, prerequisites};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PartId, PathId};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Takes out a prerequisite.
///
/// Coordinators and administrators of its institution, and platform administrators. `If-Match` takes the `ETag` of the
/// micro-credential or of any of its parts.
#[utoipa::path(
    delete,
    path = "/api/v1/credentials/{id}/prerequisites/{prerequisiteId}",
    operation_id = "deletePrerequisite",
    tag = "credentials",
    params(
        ("id" = Uuid, Path, description = "Identifier of the micro-credential."),
        ("prerequisiteId" = Uuid, Path, description = "Identifier of the prerequisite.")
    ),
    responses((status = 200, description = "Those that are left.", body = Success<Vec<Prerequisite>>)),
    security(("bearer" = []))
)]
pub(crate) async fn delete(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    part: PartId<PrerequisiteId>,
    seen: IfMatch,
) -> Result<Versioned<PartOf<Vec<Prerequisite>>>, ApiError> {
    let change = PartChange::Prerequisites(ListChange::Remove(part.0));
    let changed = state
        .credentials
        .change_part(&caller, id.0, change, seen.0)
        .await?;
    Ok(Versioned(prerequisites(changed.0)))
}
