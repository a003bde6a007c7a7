//! What the service does: one file for each verb. A use case owns its transaction; nothing leaves the process inside it.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod authority;
pub(crate) mod institution;
pub(crate) mod mail;
pub(crate) mod micro_credential;
pub(crate) mod pathway;
pub(crate) mod recognition;
pub(crate) mod record;
pub(crate) mod report;
pub(crate) mod stats;
pub(crate) mod user;
pub(crate) mod view;
pub(crate) mod webhook;

use domain::{ErrorCode, Failure};

/// Insists that the caller has seen the object as it stands, when it says which version it has seen.
///
/// # Errors
/// `PRECONDITION_FAILED` for another version.
pub(crate) fn require_version(expected: Option<i64>, current: i64) -> Result<(), Failure> {
    if expected.is_none_or(|expected| expected == current) {
        Ok(())
    } else {
        Err(Failure::new(
            ErrorCode::PreconditionFailed,
            "it has changed since you read it; read it again",
        ))
    }
}
