//! Institutions.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use diesel_async::AsyncPgConnection;
use domain::id::InstitutionId;
use domain::{ErrorCode, Failure};

use crate::store::{institutions, users};

/// Insists that something new may refer to an institution, and keeps it from being withdrawn until the end of the transaction.
///
/// # Errors
/// `VALIDATION_ERROR` naming the field.
pub(crate) async fn require_active(
    conn: &mut AsyncPgConnection,
    field: &str,
    id: InstitutionId,
) -> Result<(), Failure> {
    institutions::share(conn, id)
        .await?
        .filter(|institution| institution.is_active)
        .map(drop)
        .ok_or_else(|| Failure::invalid_field(field, "must name an active institution"))
}

/// Has of many who make something for one owner at once each count what those before have made, until the transaction ends.
///
/// What no institution owns belongs to the platform, which is its administrators.
///
/// # Errors
/// `VALIDATION_ERROR` when the institution is not active.
pub(crate) async fn lock_owner(
    conn: &mut AsyncPgConnection,
    owner: Option<InstitutionId>,
) -> Result<(), Failure> {
    let Some(id) = owner else {
        users::lock_administrators(conn).await?;
        return Ok(());
    };
    institutions::lock(conn, id)
        .await?
        .filter(|institution| institution.is_active)
        .map(drop)
        .ok_or_else(|| Failure::invalid_field("institutionId", "must name an active institution"))
}

/// Insists that somebody still acts for an institution, and holds it so until the transaction ends.
///
/// # Errors
/// `CONFLICT` when the institution has been withdrawn.
pub(crate) async fn require_acting(
    conn: &mut AsyncPgConnection,
    id: InstitutionId,
) -> Result<(), Failure> {
    institutions::share(conn, id)
        .await?
        .filter(|institution| institution.is_active)
        .map(drop)
        .ok_or_else(|| {
            Failure::new(
                ErrorCode::Conflict,
                "the institution has been withdrawn; nothing of it is opened any more",
            )
        })
}
