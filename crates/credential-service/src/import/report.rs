//! What came of an import.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

/// One reason why a row is bad.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowProblem {
    /// Line of the file, from 1 with the header.
    pub line: u64,
    /// Column, or the field that the mapping makes of several.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

/// Reasons why rows are bad: all of them are counted, and as many kept as anybody reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problems {
    pub(super) kept: Vec<RowProblem>,
    pub(super) count: u64,
    most: usize,
}

impl Default for Problems {
    fn default() -> Self {
        Self::at_most(usize::MAX)
    }
}

impl Problems {
    /// None yet; so many are kept.
    pub(super) const fn at_most(most: usize) -> Self {
        Self {
            kept: Vec::new(),
            count: 0,
            most,
        }
    }

    /// Notes one.
    pub(super) fn add(&mut self, problem: RowProblem) {
        self.count += 1;
        if self.kept.len() < self.most {
            self.kept.push(problem);
        }
    }

    /// Notes several.
    pub(super) fn extend(&mut self, problems: impl IntoIterator<Item = RowProblem>) {
        for problem in problems {
            self.add(problem);
        }
    }

    /// Whether all is well.
    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Institutions recorded.
    pub institutions_created: u64,
    /// Micro-credentials recorded.
    pub credentials_created: u64,
    /// Micro-credentials changed.
    pub credentials_updated: u64,
    /// Micro-credentials that stand as the file says.
    pub credentials_unchanged: u64,
    /// Outcomes of all of them.
    pub outcomes: u64,
    /// Rows left out.
    pub rows_skipped: u64,
    /// Why, row by row.
    pub problems: Vec<RowProblem>,
    /// Reasons in all.
    pub problem_count: u64,
}

impl ImportReport {
    pub(super) fn note(&mut self, problems: Problems) {
        self.problem_count = problems.count;
        self.problems = problems.kept;
        self.problems.sort();
        self.problems.dedup();
        let lines: BTreeSet<u64> = self.problems.iter().map(|problem| problem.line).collect();
        self.rows_skipped = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    }

    /// The bad rows as a table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let width = |text: fn(&RowProblem) -> usize, least: usize| {
            self.problems.iter().map(text).max().unwrap_or(0).max(least)
        };
        let line = width(|problem| problem.line.to_string().len(), 4);
        let column = width(|problem| problem.column.chars().count(), 6);
        let mut table = format!("{:>line$}  {:<column$}  reason", "line", "column");
        for problem in &self.problems {
            table.push_str(&format!(
                "\n{:>line$}  {:<column$}  {}",
                problem.line, problem.column, problem.reason
            ));
        }
        table
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "institutions: {} created · credentials: {} created, {} updated, {} unchanged · outcomes: {} · rows skipped: {}",
            self.institutions_created,
            self.credentials_created,
            self.credentials_updated,
            self.credentials_unchanged,
            self.outcomes,
            self.rows_skipped
        )
    }
}
