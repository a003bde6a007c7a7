//! The rows of the file, read and judged one by one.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use domain::id::InstitutionId;
use domain::micro_credential::{LearningOutcomeDraft, MicroCredentialDraft, PrerequisiteDraft};

use super::ImportError;
use super::draft::draft_of;
use super::mapping::Mapping;
use super::report::{Problems, RowProblem};
use super::value::Row;

/// Most rows of one file.
pub(super) const MOST_ROWS: usize = 100_000;

/// Which institution a row names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Owner {
    /// By its identifier.
    pub(super) id: Option<InstitutionId>,
    /// By its code.
    pub(super) code: Option<String>,
}

impl Owner {
    /// The institution with a code.
    pub(super) const fn coded(code: String) -> Self {
        Self {
            id: None,
            code: Some(code),
        }
    }
}

/// A row that can be used.
#[derive(Debug)]
pub(super) struct GoodRow {
    /// Line of the file.
    pub(super) line: u64,
    /// Its institution, if it names one.
    pub(super) owner: Option<Owner>,
    /// Program code of the micro-credential that it speaks of.
    pub(super) program_code: String,
    /// The micro-credential; `None` when the row goes on with one that another row describes.
    pub(super) draft: Option<MicroCredentialDraft>,
    /// The outcome it adds.
    pub(super) outcome: Option<LearningOutcomeDraft>,
    /// The prerequisite it adds.
    pub(super) prerequisite: Option<PrerequisiteDraft>,
}

/// Every row, as it was judged.
#[derive(Debug, Default)]
pub(super) struct JudgedRows {
    /// Rows that can be used.
    pub(super) good: Vec<GoodRow>,
    /// What is wrong with the others.
    pub(super) problems: Problems,
}

impl JudgedRows {
    /// Takes in what became of one row.
    pub(super) fn add(&mut self, judged: Result<GoodRow, Vec<RowProblem>>) {
        match judged {
            Ok(row) => self.good.push(row),
            Err(problems) => self.problems.extend(problems),
        }
    }
}

/// Reads and judges a whole file whose columns a mapping explains.
pub(super) fn read(mapping: &Mapping, file: impl Read) -> Result<JudgedRows, ImportError> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.headers()?.clone();
    mapping.check_columns(&headers)?;
    let mut rows = JudgedRows::default();
    read_rows(mapping, &headers, &mut reader, &mut rows)?;
    Ok(rows)
}

/// Reads and judges the rows below a header.
pub(super) fn read_rows(
    mapping: &Mapping,
    headers: &StringRecord,
    reader: &mut csv::Reader<impl Read>,
    rows: &mut JudgedRows,
) -> Result<(), csv::Error> {
    let mut record = ByteRecord::new();
    let mut count = 0_usize;
    while reader.read_byte_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        count += 1;
        if count > MOST_ROWS {
            rows.problems.add(too_many(line));
            break;
        }
        rows.add(judge(mapping, headers, &record, line));
    }
    Ok(())
}

/// The file has too many rows.
pub(super) fn too_many(line: u64) -> RowProblem {
    problem(line, "", format!("the file has more than {MOST_ROWS} rows"))
}

fn judge(
    mapping: &Mapping,
    headers: &StringRecord,
    record: &ByteRecord,
    line: u64,
) -> Result<GoodRow, Vec<RowProblem>> {
    if record.len() != headers.len() {
        let reason = format!(
            "has {} fields, the header has {}",
            record.len(),
            headers.len()
        );
        return Err(vec![problem(line, "", reason)]);
    }
    let record = StringRecord::from_byte_record(record.clone())
        .map_err(|_error| vec![problem(line, "", "is not UTF-8".to_owned())])?;
    let row: Row<'_> = headers.iter().zip(record.iter()).collect();
    draft_of(mapping, &row, line)
}

/// One reason why a row is bad.
pub(super) fn problem(line: u64, column: impl Into<String>, reason: String) -> RowProblem {
    RowProblem {
        line,
        column: column.into(),
        reason,
    }
}
