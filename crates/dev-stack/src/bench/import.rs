//! A large file through the REST interface: looked at, taken in, taken in again, and written out.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{forget_peak, memory_mib, say};
use crate::actor::Actor;
use crate::service::RunningService;
use crate::test_database::Template;
use crate::test_stack::{Parts, TestStack};

/// Measures and prints rows in a second, and the most memory that credential-service and the gateway hold meanwhile.
///
/// # Errors
/// A part does not come up, or the file is not taken as it is.
pub async fn run(rows: u32) -> Result<()> {
    // Unoptimised builds take longer than the default allows.
    let patient = [("EXCHANGE_TIMEOUT_MS", "600000")];
    let stack = TestStack::start_with(Template::Seeded, Parts::Gateway, &patient).await?;
    let file = file(rows)?.into_bytes();
    say(&format!("{rows} rows, {} MiB", file.len() / 1_048_576));
    for (name, query) in [("dry run", "?dryRun=true"), ("import", ""), ("again", "")] {
        let admin = begin(&stack).await?;
        let begun = Instant::now();
        let path = format!("/credentials/import{query}");
        let answer = admin.post_file(&path, "text/csv", file.clone()).await?;
        let took = begun.elapsed();
        ensure!(answer.status == 200, "{name}: {}", answer.body);
        let count = |field: &str| answer.at(field).as_u64().unwrap_or_default();
        let taken = count("/data/created") + count("/data/unchanged");
        ensure!(taken == u64::from(rows), "{name}: {}", answer.body);
        report(&stack, name, rows, took);
    }
    let admin = begin(&stack).await?;
    let begun = Instant::now();
    let answer = admin.get("/credentials/export").await?;
    let took = begun.elapsed();
    let written = answer.bytes.iter().filter(|byte| **byte == b'\n').count();
    let enough = u32::try_from(written).is_ok_and(|written| written > rows);
    ensure!(answer.status == 200 && enough, "export: {written} lines");
    report(&stack, "export", rows, took);
    Ok(())
}

fn file(rows: u32) -> Result<String> {
    let mut file = String::from(
        "programCode,title,credentialType,credits,description,outcomeText,outcomeIsCore\n",
    );
    let text = "Learn to do it well, slowly at first. ".repeat(5);
    for row in 0..rows {
        writeln!(
            file,
            "M-{row:06},Offer {row},BADGE,3,\"{text}\",\"Do it {row} times\",true"
        )?;
    }
    Ok(file)
}

/// Both services, the one whose memory matters first.
fn services(stack: &TestStack) -> impl Iterator<Item = &RunningService> {
    std::iter::once(&stack.credential).chain(&stack.gateway)
}

/// Forgets what was before, and signs in anew, since a step may take longer than a token holds.
async fn begin(stack: &TestStack) -> Result<Actor> {
    for service in services(stack) {
        forget_peak(service.pid())?;
    }
    stack.signed_in("INSTITUTION_ADMIN").await
}

fn report(stack: &TestStack, name: &str, rows: u32, took: Duration) {
    let per_second = f64::from(rows) / took.as_secs_f64().max(1e-9);
    let mut line = format!(
        "{name:<8} {:>8.1} s {per_second:>9.0} rows/s",
        took.as_secs_f64()
    );
    for service in services(stack) {
        let peak = memory_mib(service.pid(), "VmHWM").unwrap_or_default();
        line += &format!("   {} at most {peak} MiB", service.name());
    }
    say(&line);
}
