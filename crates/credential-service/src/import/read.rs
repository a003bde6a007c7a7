//! The rows of the file, read and judged one by one.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use domain::micro_credential::{LearningOutcomeDraft, MicroCredentialDraft};

use super::ImportError;
use super::draft::draft_of;
use super::mapping::Mapping;
use super::report::RowProblem;
use super::value::Row;

/// Most rows of one file.
const MOST_ROWS: usize = 100_000;

/// A row that can be used.
#[derive(Debug)]
pub(super) struct GoodRow {
    /// Line of the file.
    pub(super) line: u64,
    /// Code of the institution.
    pub(super) institution: String,
    /// The micro-credential it speaks of; without outcomes.
    pub(super) draft: MicroCredentialDraft,
    /// The outcome it adds.
    pub(super) outcome: Option<LearningOutcomeDraft>,
}

/// Every row, as it was judged.
#[derive(Debug, Default)]
pub(super) struct JudgedRows {
    /// Rows that can be used.
    pub(super) good: Vec<GoodRow>,
    /// What is wrong with the others.
    pub(super) problems: Vec<RowProblem>,
}

/// Reads and judges the whole file.
pub(super) fn read(mapping: &Mapping, file: impl Read) -> Result<JudgedRows, ImportError> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.headers()?.clone();
    mapping.check_columns(&headers)?;
    let mut rows = JudgedRows::default();
    let mut record = ByteRecord::new();
    let mut count = 0_usize;
    while reader.read_byte_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        count += 1;
        if count > MOST_ROWS {
            let reason = format!("the file has more than {MOST_ROWS} rows");
            rows.problems.push(problem(line, "", reason));
            break;
        }
        match judge(mapping, &headers, &record, line) {
            Ok(row) => rows.good.push(row),
            Err(problems) => rows.problems.extend(problems),
        }
    }
    Ok(rows)
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
