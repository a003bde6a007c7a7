//! `POST /credentials/{id}/prerequisites/reorder`

use actix_web::web;
use domain::id::MicroCredentialId;
use domain::parts::{ListChange, PartChange};

use crate::dto::outcome::{PartOf, Prerequisite, PrerequisiteOrder, prerequisites};
use crate::error::ApiError;
use crate::extract::{Caller, IfMatch, PathId, ValidJson};
use crate::response::{Success, Versioned};
use crate::state::AppState;

/// Puts the prerequisites of a micro-credential into another order.
///
/// Coordinators and administrators of its institution, and platform administrators. `If-Match` takes the `ETag` of the
/// micro-credential or of any of its parts.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/prerequisites/reorder",
    operation_id = "reorderPrerequisites",
    tag = "credentials",
    params(("id" = Uuid, Path, description = "Identifier of the micro-credential.")),
    request_body = PrerequisiteOrder,
    responses((status = 200, description = "All of them, in the new order.", body = Success<Vec<Prerequisite>>)),
    security(("bearer" = []))
)]
pub(crate) async fn reorder(
    state: web::Data<AppState>,
    caller: Caller,
    id: PathId<MicroCredentialId>,
    seen: IfMatch,
    input: ValidJson<PrerequisiteOrder>,
) -> Result<Versioned<PartOf<Vec<Prerequisite>>>, ApiError> {
    let change = PartChange::Prerequisites(ListChange::Reorder(input.0.ids));
    let changed = state
        .credentials
        .change_part(&caller, id.0, change, seen.0)
        .await?;
    Ok(Versioned(prerequisites(changed.0)))
}
