//! `scripts/bench`: measurements of the shipped binaries, on this machine.
//!
//! Everything runs here, whoever puts on the load included: figures are for comparing with each other.

pub mod api;
pub mod hostile;
pub mod import;
pub mod load;
pub mod pairs;
mod processor;
pub mod replicas;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::service::RunningService;
use crate::test_stack::TestStack;

#[expect(clippy::print_stdout, reason = "this is a command line tool")]
fn say(line: &str) {
    println!("{line}");
}

/// Memory of a process in MiB: `VmRSS` what it holds, `VmHWM` the most that it has held.
fn memory_mib(pid: Option<u32>, figure: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid?)).ok()?;
    let line = status.lines().find(|line| line.starts_with(figure))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1_024)
}

/// Lets the most memory that a process has held begin anew with what it holds now.
fn forget_peak(pid: Option<u32>) -> Result<()> {
    let pid = pid.context("the process has ended")?;
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").context("forgetting the peak")
}

fn address_of(url: &str) -> Result<SocketAddr> {
    let address = url.strip_prefix("http://").unwrap_or(url);
    address
        .parse()
        .with_context(|| format!("`{url}` is no address"))
}

/// One more gateway before the same services, with settings of its own.
async fn one_more_gateway(
    stack: &TestStack,
    name: &str,
    settings: &[(&str, &str)],
) -> Result<RunningService> {
    let mut platform = stack.platform.clone();
    platform.folder = stack.platform.folder.join(name);
    std::fs::create_dir_all(&platform.folder)?;
    for (name, value) in settings {
        platform
            .extra
            .insert((*name).to_owned(), (*value).to_owned());
    }
    let spec = platform.api_gateway(0, &stack.credential, "http://127.0.0.1:9")?;
    RunningService::start_ready(spec).await
}

/// The time that this many of a thousand do not exceed, in milliseconds; the times are sorted.
fn within(sorted: &[Duration], of_thousand: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = (sorted.len() * of_thousand / 1_000).min(last);
    let time = sorted.get(place).copied().unwrap_or_default();
    time.as_secs_f64() * 1_000.0
}
