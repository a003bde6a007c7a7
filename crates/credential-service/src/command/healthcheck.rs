//! `healthcheck`.

use std::path::Path;

use service_runtime::RunError;
use service_runtime::settings::{self, process_environment};

use crate::settings::SETTINGS;

/// Asks the running service whether it is ready, for containers without a shell.
pub(super) fn healthcheck(file: Option<&Path>) -> Result<(), RunError> {
    let (common, ()) = settings::load(SETTINGS, file, &process_environment(), |_reader| Some(()))?;
    service_runtime::healthcheck(&common)
}
