//! `worker`.

use std::path::Path;

use service_runtime::settings::{self, process_environment};
use service_runtime::{RunError, run};

use crate::application::worker::WorkerApplication;
use crate::settings::{SETTINGS, WorkerSettings};

/// Does jobs until a signal.
pub(super) fn worker(file: Option<&Path>) -> Result<(), RunError> {
    let (common, own) =
        settings::load(SETTINGS, file, &process_environment(), WorkerSettings::read)?;
    let patience = common.drain_timeout;
    run(crate::WORKER, &common, |context| async move {
        let application = WorkerApplication::build(&own, patience, context)?;
        Ok::<_, service_runtime::errors::BoxError>(application.serve())
    })
}
