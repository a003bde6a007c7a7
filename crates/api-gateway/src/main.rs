//! The gateway as a process.

use std::process::ExitCode;

use api_gateway::{SETTINGS, Settings, application};
use service_runtime::{Service, exit_with, start};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let service = Service::new("api-gateway", env!("CARGO_PKG_VERSION"));
    exit_with(start(service, SETTINGS, Settings::read, application::build))
}
