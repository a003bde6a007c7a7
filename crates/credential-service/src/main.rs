//! The credential service as a process.

fn main() -> std::process::ExitCode {
    credential_service::run()
}
