//! Lines for the person at the terminal.

use std::io::{self, Write as _};

/// Writes a line of the answer.
pub(super) fn say(line: &str) {
    // A closed pipe is the reader's choice.
    drop(writeln!(io::stdout(), "{line}"));
}

/// Writes a line about what went wrong.
pub(super) fn complain(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
