//! Settings: defined once, merged from layers, judged completely before anything is bound.

pub mod common;
pub mod definition;
pub mod env_example;
pub mod jwt_secret;
pub mod layers;
pub mod problem;
pub mod reader;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use self::{
    common::{AppEnvironment, COMMON, CommonSettings, LogFormat},
    definition::Setting,
    layers::{Environment, Source, process_environment},
    problem::{Problem, Problems},
    reader::Reader,
};

/// Loads the common settings and the service's own, or says everything that is wrong with them.
///
/// `read` collects into the reader and uses `?` only in the final struct expression, so that one problem does
/// not hide the next.
///
/// # Errors
/// Every problem of every layer and every value.
pub fn load<S>(
    definitions: &'static [Setting],
    file: Option<&Path>,
    environment: &Environment,
    read: impl FnOnce(&mut Reader) -> Option<S>,
) -> Result<(CommonSettings, S), Problems> {
    let mut reader = Reader::new(Source::load(&[COMMON, definitions], file, environment));
    let common = CommonSettings::read(&mut reader);
    let own = read(&mut reader);
    reader.finish()?;
    own.map(|own| (common, own))
        .ok_or_else(|| Problem::new("settings", "were refused without a reason").into())
}

/// Finds `--settings FILE` among the arguments of the process, which accepts no others.
///
/// # Errors
/// The first argument that is not understood.
pub fn settings_file(
    arguments: impl IntoIterator<Item = String>,
) -> Result<Option<PathBuf>, Problems> {
    let mut file = None;
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--settings" {
            let Some(path) = arguments.next() else {
                return Err(Problem::new(argument, "needs the path of a settings file").into());
            };
            file = Some(PathBuf::from(path));
        } else if let Some(path) = argument.strip_prefix("--settings=") {
            file = Some(PathBuf::from(path));
        } else {
            return Err(Problem::new(argument, "is no argument of this service")
                .hint("the only one is `--settings FILE`")
                .into());
        }
    }
    Ok(file)
}
