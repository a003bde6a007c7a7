//! Catalogues as files: rows of others become micro-credentials by a mapping, rows of our own by their names.
//!
//! Reading judges every row and names all that is wrong; writing happens in one transaction or not at all. A catalogue
//! that is loaded again updates what has changed, by program code, and leaves the rest alone.

mod catalogue;
pub(crate) mod cell;
mod draft;
mod incoming;
mod json_lines;
mod load;
mod mapping;
pub(crate) mod own;
mod read;
mod report;
mod rules;
mod value;

use std::collections::BTreeMap;
use std::io::Read;

use domain::Failure;
use domain::id::InstitutionId;
use domain::vocabulary::{ExchangeFormat, ImportMode};
use domain::workflow::CredentialStatus;
use tokio::sync::mpsc;

pub(crate) use incoming::Piece;
pub(crate) use load::Counts;
pub use mapping::{Mapping, MappingError};
pub use report::{ImportReport, RowProblem};

use self::catalogue::{Catalogue, Joining};
use self::incoming::Incoming;
use self::load::Loader;
use self::mapping::Rows;
use self::read::{JudgedRows, Owner};
use self::report::Problems;
use self::rules::Rules;
use crate::store::pool::Database;
use crate::store::{Mode, Transaction};
use crate::usecase::record::Author;

/// Problems of a file that came over the network which are named one by one.
const MOST_PROBLEMS: usize = 1_000;

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
    let catalogue = catalogue::gather(&joining(Some(mapping), mapping.rows, None), rows);
    let rules = Rules {
        mapping: Some(mapping.clone()),
        dry_run: options.dry_run,
        skip_invalid: options.skip_invalid,
        waits: true,
        status: mapping.status.into(),
        mode: ImportMode::Upsert,
        within: None,
        by_person: false,
    };
    let mut transaction = database.begin_background(Mode::Write).await?;
    let mut report = ImportReport::default();
    let loader = Loader::new(&rules, Author::operator("import"));
    let loading = loader.load(&mut transaction, catalogue, &mut report, &mut progress);
    Box::pin(loading).await?;
    if !report.problems.is_empty() && !options.skip_invalid {
        return Err(ImportError::Rows(Box::new(report)));
    }
    if !options.dry_run {
        transaction.commit().await?;
    }
    Ok(report)
}

fn joining(mapping: Option<&Mapping>, rows: Rows, default: Option<Owner>) -> Joining {
    let name = |field: &str, otherwise: &str| {
        mapping.map_or_else(|| otherwise.to_owned(), |mapping| mapping.blame(field))
    };
    Joining {
        rows,
        default,
        names: [
            name("programCode", "programCode"),
            name("institution.code", "institutionId"),
        ],
    }
}

/// A file of ours, read and judged by itself.
#[derive(Debug)]
pub(crate) struct OwnFile {
    catalogue: Catalogue,
    mapping: Option<Mapping>,
    /// SHA-256 of its bytes.
    pub(crate) hash: [u8; 32],
}

/// What somebody wants done with a file of ours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnOptions {
    /// Its shape.
    pub(crate) format: ExchangeFormat,
    /// Judges and counts everything, and writes nothing.
    pub(crate) dry_run: bool,
    /// What is done with program codes.
    pub(crate) mode: ImportMode,
    /// Institution of the rows that name none.
    pub(crate) institution_id: Option<InstitutionId>,
}

/// Reads a file of ours while it comes in. Blocks: only for threads that may.
///
/// # Errors
/// `INVALID_FORMAT` when it breaks off.
pub(crate) fn read_own(
    options: OwnOptions,
    pieces: mpsc::Receiver<Piece>,
) -> Result<OwnFile, Failure> {
    let mut file = Incoming::new(pieces);
    let mut rows = JudgedRows {
        problems: Problems::at_most(MOST_PROBLEMS),
        ..JudgedRows::default()
    };
    let broken = |error: String| Failure::malformed("the file broke off").caused_by(error);
    let (mapping, kind) = match options.format {
        ExchangeFormat::Csv => {
            let mapping = own::read(&mut file, &mut rows).map_err(|it| broken(it.to_string()))?;
            (mapping, Rows::Outcomes)
        }
        ExchangeFormat::JsonLines => {
            json_lines::read(&mut file, &mut rows).map_err(|it| broken(it.to_string()))?;
            (None, Rows::Credentials)
        }
    };
    let default = options.institution_id.map(|id| Owner {
        id: Some(id),
        code: None,
    });
    let joining = joining(mapping.as_ref(), kind, default);
    Ok(OwnFile {
        catalogue: catalogue::gather(&joining, rows),
        mapping,
        hash: file.hash(),
    })
}

/// Loads a file of ours in the transaction of the caller, who takes it back when the report has problems.
///
/// # Errors
/// `CONFLICT` while another import for one of the institutions is under way.
pub(crate) async fn load_own(
    transaction: &mut Transaction,
    author: Author,
    options: OwnOptions,
    within: Option<InstitutionId>,
    file: OwnFile,
) -> Result<(ImportReport, BTreeMap<InstitutionId, Counts>), Failure> {
    let rules = Rules {
        mapping: file.mapping,
        dry_run: options.dry_run,
        skip_invalid: false,
        waits: false,
        status: CredentialStatus::Draft,
        mode: options.mode,
        within,
        by_person: true,
    };
    let mut report = ImportReport::default();
    let counts = Loader::new(&rules, author)
        .load(transaction, file.catalogue, &mut report, &mut |_, _| {})
        .await?;
    Ok((report, counts))
}
