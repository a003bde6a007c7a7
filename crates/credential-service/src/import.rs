//! Catalogues of others: rows of a CSV file become micro-credentials by a mapping.
//!
//! Reading judges every row and names all that is wrong; writing happens in one transaction or not at all. A catalogue
//! that is loaded again updates what has changed, by program code, and leaves the rest alone.

mod catalogue;
mod draft;
mod mapping;
mod read;
mod report;
mod value;
mod write;

use std::io::Read;

use domain::Failure;

pub use mapping::{Mapping, MappingError};
pub use report::{ImportReport, RowProblem};

use crate::store::Mode;
use crate::store::pool::Database;

/// How to load.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportOptions {
    /// Judges and counts everything, and writes nothing.
    pub dry_run: bool,
    /// Leaves bad rows out instead of refusing the file.
    pub skip_invalid: bool,
}

/// Why a catalogue was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The mapping does not fit the file.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The file cannot be read.
    #[error("the file cannot be read as CSV")]
    File(#[from] csv::Error),
    /// Rows are bad, and nobody asked to leave them out. Nothing was written.
    #[error("{} rows are bad; nothing was written", .0.problems.len())]
    Rows(Box<ImportReport>),
    /// The database refused.
    #[error("the catalogue could not be written")]
    Failure(#[from] Failure),
}

/// Loads a catalogue; `progress` hears how many micro-credentials of how many are written.
///
/// # Errors
/// See [`ImportError`]; whatever it is, nothing was written.
pub async fn import_catalogue(
    database: &Database,
    mapping: &Mapping,
    file: impl Read,
    options: ImportOptions,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<ImportReport, ImportError> {
    let rows = read::read(mapping, file)?;
    let mut catalogue = catalogue::gather(mapping, rows);
    let mut transaction = database.begin_background(Mode::Write).await?;
    let known = write::look_up(&mut transaction, &mut catalogue, mapping).await?;
    let mut report = ImportReport {
        problems: std::mem::take(&mut catalogue.problems),
        ..ImportReport::default()
    };
    report.sort_problems();
    if !report.problems.is_empty() && !options.skip_invalid {
        return Err(ImportError::Rows(Box::new(report)));
    }
    let writer = write::Writer::new(mapping, known);
    writer
        .write(&mut transaction, catalogue, &mut report, &mut progress)
        .await?;
    if !options.dry_run {
        transaction.commit().await?;
    }
    Ok(report)
}
