//! `serve`.

use std::path::Path;

use service_runtime::settings::{self, process_environment};
use service_runtime::{RunError, run};

use crate::application::Application;
use crate::settings::{SETTINGS, Settings};

/// Serves until a signal.
pub(super) fn serve(file: Option<&Path>) -> Result<(), RunError> {
    let (common, own) = settings::load(SETTINGS, file, &process_environment(), Settings::read)?;
    run(crate::SERVICE, &common, |context| async move {
        let application = Application::build(own, context).await?;
        Ok::<_, service_runtime::errors::BoxError>(application.serve())
    })
}
