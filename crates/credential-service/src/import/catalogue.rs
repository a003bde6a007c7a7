//! Rows joined into micro-credentials.

use std::collections::HashMap;

use domain::micro_credential::{MAX_OUTCOMES, MAX_PREREQUISITES, MicroCredentialDraft};

use super::mapping::Rows;
use super::read::{GoodRow, JudgedRows, Owner, problem};
use super::report::Problems;

/// A micro-credential of the file.
#[derive(Debug)]
pub(super) struct Entry {
    /// Lines that make it.
    pub(super) lines: Vec<u64>,
    /// Its institution.
    pub(super) owner: Owner,
    /// What it is.
    pub(super) draft: MicroCredentialDraft,
}

/// The catalogue of the file.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    /// Its micro-credentials in the order of the file.
    pub(super) entries: Vec<Entry>,
    /// What is wrong with rows.
    pub(super) problems: Problems,
}

/// How the rows of a file belong together.
#[derive(Clone, Debug)]
pub(super) struct Joining {
    /// What one row is.
    pub(super) rows: Rows,
    /// The institution of rows that name none.
    pub(super) default: Option<Owner>,
    /// What a program code and an institution are called in the file.
    pub(super) names: [String; 2],
}

/// Joins rows. One program code is one micro-credential.
pub(super) fn gather(joining: &Joining, rows: JudgedRows) -> Catalogue {
    let mut catalogue = Catalogue {
        problems: rows.problems,
        ..Catalogue::default()
    };
    let mut places: HashMap<String, usize> = HashMap::new();
    let [code, institution] = &joining.names;
    for row in rows.good {
        let line = row.line;
        let place = places.get(&row.program_code).copied();
        let known = place.and_then(|place| catalogue.entries.get_mut(place));
        let refusal = match known {
            Some(entry) => join(joining, entry, row).err().map(|reason| (code, reason)),
            None => match entry(joining, row) {
                Ok(entry) => {
                    places.insert(entry.draft.program_code.clone(), catalogue.entries.len());
                    catalogue.entries.push(entry);
                    None
                }
                Err(Lack::Description(program)) => Some((
                    code,
                    format!("no row before this one describes the micro-credential `{program}`"),
                )),
                Err(Lack::Institution) => Some((
                    institution,
                    "is required: you act for no institution".to_owned(),
                )),
            },
        };
        if let Some((column, reason)) = refusal {
            catalogue
                .problems
                .add(problem(line, column.clone(), reason));
        }
    }
    catalogue
}

/// What the first row of a micro-credential lacks.
enum Lack {
    Description(String),
    Institution,
}

fn entry(joining: &Joining, row: GoodRow) -> Result<Entry, Lack> {
    let Some(mut draft) = row.draft else {
        return Err(Lack::Description(row.program_code));
    };
    let owner = row.owner.or_else(|| joining.default.clone());
    draft.outcomes.extend(row.outcome);
    draft.prerequisites.extend(row.prerequisite);
    Ok(Entry {
        lines: vec![row.line],
        owner: owner.ok_or(Lack::Institution)?,
        draft,
    })
}

fn join(joining: &Joining, entry: &mut Entry, row: GoodRow) -> Result<(), String> {
    let first = entry.lines.first().copied().unwrap_or_default();
    let code = &row.program_code;
    if joining.rows == Rows::Credentials {
        return Err(format!(
            "the program code `{code}` is already on line {first}"
        ));
    }
    let outcomes = std::mem::take(&mut entry.draft.outcomes);
    let prerequisites = std::mem::take(&mut entry.draft.prerequisites);
    let same = row.draft.is_none_or(|draft| draft == entry.draft)
        && row.owner.is_none_or(|owner| owner == entry.owner);
    entry.draft.outcomes = outcomes;
    entry.draft.prerequisites = prerequisites;
    if !same {
        return Err(format!(
            "the micro-credential `{code}` is described otherwise on line {first}"
        ));
    }
    if row.outcome.is_some() && entry.draft.outcomes.len() >= MAX_OUTCOMES {
        return Err(format!("`{code}` has more than {MAX_OUTCOMES} outcomes"));
    }
    if row.prerequisite.is_some() && entry.draft.prerequisites.len() >= MAX_PREREQUISITES {
        return Err(format!(
            "`{code}` has more than {MAX_PREREQUISITES} prerequisites"
        ));
    }
    entry.draft.outcomes.extend(row.outcome);
    entry.draft.prerequisites.extend(row.prerequisite);
    entry.lines.push(row.line);
    Ok(())
}
