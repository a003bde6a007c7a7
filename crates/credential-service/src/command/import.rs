//! `import`.

use std::fs::File;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use service_runtime::errors::BoxError;

use super::Operator;
use super::output::{complain, say};
use crate::import::{ImportError, ImportOptions, ImportReport, Mapping, import_catalogue};

/// Shape of the file.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Comma-separated values with a header.
    Csv,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// Shape of the file.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// Says how columns become fields.
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// The catalogue.
    file: PathBuf,
    /// Judges and counts everything, and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Leaves bad rows out instead of refusing the file.
    #[arg(long)]
    skip_invalid: bool,
    /// Writes the summary as JSON.
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) async fn run(self, operator: Operator) -> Result<(), BoxError> {
        let Format::Csv = self.format;
        let read = |path: &PathBuf| {
            std::fs::read_to_string(path)
                .map_err(|error| format!("cannot read `{}`: {error}", path.display()))
        };
        let mapping = Mapping::parse(&read(&self.mapping)?)?;
        let file = File::open(&self.file)
            .map_err(|error| format!("cannot read `{}`: {error}", self.file.display()))?;
        let options = ImportOptions {
            dry_run: self.dry_run,
            skip_invalid: self.skip_invalid,
        };
        let bar = progress_bar()?;
        let progress = |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        };
        let database = operator.open()?;
        let outcome = import_catalogue(&database, &mapping, file, options, progress).await;
        bar.finish_and_clear();
        match outcome {
            Ok(report) => self.conclude(&report),
            Err(ImportError::Rows(report)) => {
                complain(&report.table());
                if self.json {
                    say(&serde_json::to_string(&report)?);
                }
                Err(ImportError::Rows(report).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn conclude(&self, report: &ImportReport) -> Result<(), BoxError> {
        if !report.problems.is_empty() {
            complain(&report.table());
        }
        if self.json {
            say(&serde_json::to_string(report)?);
        } else {
            let mark = if self.dry_run {
                " (dry run: nothing was written)"
            } else {
                ""
            };
            say(&format!("{report}{mark}"));
        }
        Ok(())
    }
}

/// On standard error; hidden when that is no terminal.
fn progress_bar() -> Result<ProgressBar, BoxError> {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} micro-credentials, {eta} left")?;
    Ok(ProgressBar::new(0).with_style(style))
}
