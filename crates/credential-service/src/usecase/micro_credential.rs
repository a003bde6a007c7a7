//! Micro-credentials.

pub(crate) mod change_part;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod export;
pub(crate) mod get;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod transition;
pub(crate) mod update;

use domain::Failure;

use crate::store::StoreError;

/// The program code of a draft is taken.
pub(crate) fn code_taken(error: StoreError) -> Failure {
    error.on_unique(
        "micro_credentials_program_code_key",
        "programCode",
        "another micro-credential already has this program code",
    )
}
