//! The process of the AI service.

use std::process::ExitCode;

fn main() -> ExitCode {
    service_runtime::exit_with(ai_service::command::run())
}
