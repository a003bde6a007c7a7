//! Rows joined into micro-credentials.

use std::collections::HashMap;

use domain::micro_credential::{MAX_OUTCOMES, MicroCredentialDraft};

use super::mapping::{Mapping, Rows};
use super::read::{GoodRow, JudgedRows, problem};
use super::report::RowProblem;

/// A micro-credential of the file.
#[derive(Debug)]
pub(super) struct Entry {
    /// Lines that make it.
    pub(super) lines: Vec<u64>,
    /// Code of its institution.
    pub(super) institution: String,
    /// What it is.
    pub(super) draft: MicroCredentialDraft,
}

/// The catalogue of the file.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    /// Its micro-credentials in the order of the file.
    pub(super) entries: Vec<Entry>,
    /// What is wrong with rows.
    pub(super) problems: Vec<RowProblem>,
}

/// Joins rows. One program code is one micro-credential.
pub(super) fn gather(mapping: &Mapping, rows: JudgedRows) -> Catalogue {
    let mut catalogue = Catalogue {
        problems: rows.problems,
        ..Catalogue::default()
    };
    let mut places: HashMap<String, usize> = HashMap::new();
    let column = mapping.blame("programCode");
    for row in rows.good {
        let place = places.get(&row.draft.program_code).copied();
        let known = place.and_then(|place| catalogue.entries.get_mut(place));
        match known {
            None => {
                places.insert(row.draft.program_code.clone(), catalogue.entries.len());
                catalogue.entries.push(entry(row));
            }
            Some(entry) => {
                let line = row.line;
                if let Err(reason) = join(mapping.rows, entry, row) {
                    catalogue
                        .problems
                        .push(problem(line, column.clone(), reason));
                }
            }
        }
    }
    catalogue
}

fn entry(row: GoodRow) -> Entry {
    let mut draft = row.draft;
    draft.outcomes.extend(row.outcome);
    Entry {
        lines: vec![row.line],
        institution: row.institution,
        draft,
    }
}

fn join(rows: Rows, entry: &mut Entry, row: GoodRow) -> Result<(), String> {
    let first = entry.lines.first().copied().unwrap_or_default();
    let code = &row.draft.program_code;
    if rows == Rows::Credentials {
        return Err(format!(
            "the program code `{code}` is already on line {first}"
        ));
    }
    let outcomes = std::mem::take(&mut entry.draft.outcomes);
    let same = entry.draft == row.draft && entry.institution == row.institution;
    entry.draft.outcomes = outcomes;
    if !same {
        return Err(format!(
            "the micro-credential `{code}` is described otherwise on line {first}"
        ));
    }
    if entry.draft.outcomes.len() >= MAX_OUTCOMES {
        return Err(format!("`{code}` has more than {MAX_OUTCOMES} outcomes"));
    }
    entry.draft.outcomes.extend(row.outcome);
    entry.lines.push(row.line);
    Ok(())
}
