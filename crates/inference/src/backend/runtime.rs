//! ONNX Runtime itself: loaded once, kept until the process ends.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;

use crate::StartError;

/// The one environment of the process and the library it came from.
///
/// `ort` allows one environment per process, even after the first is gone, so it is never given up.
/// A mutex and not a `OnceLock`, so that a failed load can be tried again.
static LOADED: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);

/// Returns the environment, loading the library on the first call.
pub(super) fn environment(library: &Path) -> Result<Environment, StartError> {
    let fail = |reason: String| StartError::Runtime {
        path: library.to_owned(),
        reason,
    };
    // The same file must not count as another one because of a link or a relative path.
    let requested = library
        .canonicalize()
        .map_err(|error| fail(error.to_string()))?;
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((path, environment)) = loaded.as_ref() {
        if *path == requested {
            return Ok(environment.clone());
        }
        return Err(StartError::OtherRuntime {
            loaded: path.clone(),
            requested,
        });
    }
    let environment = ort::init_from(&requested)
        .map_err(|error| fail(error.to_string()))?
        .with_name("bccb")
        .with_telemetry(false)
        .build()
        .map_err(|error| fail(error.to_string()))?;
    *loaded = Some((requested, environment.clone()));
    Ok(environment)
}
