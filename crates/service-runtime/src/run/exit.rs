//! The last words of a process.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use super::RunError;
use crate::errors::chain;

/// Turns the outcome into an exit code, and prints what the log could not receive.
///
/// 0 clean, 64 bad settings (every problem on a line of its own), 70 failure, 75 drain deadline passed.
pub fn exit_with(outcome: Result<(), RunError>) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    if error.is_unlogged() {
        // Standard error may be closed; the exit code still tells.
        drop(writeln!(io::stderr(), "{}", last_words(&error)));
    }
    ExitCode::from(error.exit_code())
}

fn last_words(error: &RunError) -> String {
    if let RunError::Settings(problems) = error {
        format!("{error}:\n{problems}")
    } else {
        chain(error)
    }
}

#[cfg(test)]
mod tests {
    use std::{io, time::Duration};

    use super::{RunError, last_words};
    use crate::settings::{Problem, Problems};

    #[test]
    fn every_settings_problem_is_printed() {
        let error = RunError::Settings(Problems::new(vec![
            Problem::new("DATABASE_URL", "is required"),
            Problem::new("API_PORT", "must be between 0 and 65535").hint("try 3000"),
        ]));

        assert_eq!(
            last_words(&error),
            "the settings are refused:\n`DATABASE_URL`: is required\n`API_PORT`: must be between 0 and 65535 (try 3000)"
        );
        assert_eq!(error.exit_code(), 64);
    }

    #[test]
    fn exit_codes_tell_failure_from_a_passed_deadline() {
        assert_eq!(RunError::Build("no database".into()).exit_code(), 70);
        assert_eq!(
            RunError::DrainDeadline(Duration::from_secs(8)).exit_code(),
            75
        );
        assert_eq!(
            last_words(&RunError::Runtime(io::Error::other("no threads"))),
            "the runtime cannot start: no threads"
        );
    }
}
