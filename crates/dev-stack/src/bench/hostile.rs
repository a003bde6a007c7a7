//! Senders that mean no good: slow ones, and bodies that are too much; and what an honest client notices of them.

mod bodies;
mod drip;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};

use super::load::{self, Load, Measured, request};
use super::{address_of, forget_peak, memory_mib, say};
use crate::test_database::Template;
use crate::test_stack::{Parts, TestStack};

/// Connections of the honest client, and the time that it measures without anybody else.
const HONEST: usize = 2;
const CALM: Duration = Duration::from_secs(10);
/// Most memory that a hundred bad requests may leave behind, in MiB.
const MOST_GROWTH: u64 = 50;

/// Measures, prints, and says whether the promises were kept.
///
/// Slow senders are cut and cost others less than twice the time; bad bodies are refused as they should be and leave no
/// memory taken.
///
/// # Errors
/// A part does not come up, or the honest client gets no answer.
pub async fn run(sockets: usize) -> Result<bool> {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway).await?;
    let gateway = stack.gateway.as_ref().context("the stack has a gateway")?;
    let address = address_of(&gateway.url("http")?)?;
    let pid = gateway.pid();
    honest(address, Duration::from_secs(1)).await?;

    let mut kept = slow(address, pid, sockets).await?;
    for body in bodies::all() {
        kept &= bad(address, pid, &body).await?;
    }
    let after = honest(address, CALM).await?;
    tell("honest, afterwards", &after);
    Ok(kept)
}

/// Slow senders beside an honest client.
async fn slow(address: SocketAddr, pid: Option<u32>, sockets: usize) -> Result<bool> {
    let calm = honest(address, CALM).await?;
    tell("honest, alone", &calm);
    forget_peak(pid)?;
    let before = memory_mib(pid, "VmRSS").unwrap_or_default();
    let dripping = tokio::spawn(drip::run(address, sockets));
    let during = honest(address, drip::DEADLINE).await?;
    tell("honest, beside slow senders", &during);
    let peak = memory_mib(pid, "VmHWM").unwrap_or_default();
    let cut = dripping.await.context("the slow senders panicked")?;
    let after = memory_mib(pid, "VmRSS").unwrap_or_default();
    say(&format!(
        "{sockets} slow senders: {} cut within {:.1} s (half of them within {:.1} s), {} refused a connection, {} left open",
        cut.times.len(),
        super::within(&cut.times, 1_000) / 1_000.0,
        super::within(&cut.times, 500) / 1_000.0,
        cut.refused,
        cut.open
    ));
    say(&format!(
        "gateway: {before} MiB before, {peak} MiB at most, {after} MiB after"
    ));
    let ratio = during.within(950) / calm.within(950).max(1e-9);
    say(&format!(
        "honest p95 {ratio:.2} times that of the calm, {} refused",
        during.refused
    ));
    let in_time = cut
        .times
        .last()
        .is_some_and(|longest| *longest <= drip::PROMISED);
    Ok(in_time && cut.open == 0 && cut.refused == 0 && ratio < 2.0 && during.refused == 0)
}

/// A hundred requests of one bad kind.
async fn bad(address: SocketAddr, pid: Option<u32>, body: &bodies::Bad) -> Result<bool> {
    forget_peak(pid)?;
    let before = memory_mib(pid, "VmRSS").unwrap_or_default();
    let answers = bodies::send(address, body).await?;
    let peak = memory_mib(pid, "VmHWM").unwrap_or_default();
    let after = memory_mib(pid, "VmRSS").unwrap_or_default();
    let growth = after.saturating_sub(before);
    say(&format!(
        "{:<44} {answers:?}   {before} MiB before, {peak} at most, {after} after",
        body.name
    ));
    let as_expected = answers.keys().all(|status| body.expected.contains(status));
    Ok(as_expected && growth < MOST_GROWTH)
}

/// What somebody meets who means well.
async fn honest(address: SocketAddr, duration: Duration) -> Result<Measured> {
    let list = "/api/v1/credentials?limit=20";
    load::run(Load {
        address,
        requests: vec![request("GET", list, None)],
        connections: HONEST,
        duration,
    })
    .await
}

fn tell(name: &str, measured: &Measured) {
    say(&format!(
        "{name:<44} {:>8.0} /s   p50 {:>6.2} ms   p95 {:>6.2} ms   p99 {:>6.2} ms",
        measured.per_second(),
        measured.within(500),
        measured.within(950),
        measured.within(990)
    ));
}
