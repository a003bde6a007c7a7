//! Writes through one of two gateways, each read back through both.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use tokio::time::MissedTickBehavior;

use super::{one_more_gateway, say, within};
use crate::actor::Actor;
use crate::test_database::Template;
use crate::test_stack::{Parts, TestStack, eventually};

/// Time within which the other gateway has to show what was written.
const PROMISE: Duration = Duration::from_secs(1);
/// Time after which nobody waits any longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pairs after which the writer signs in anew, well before a token expires.
const PAIRS_OF_A_TOKEN: u32 = 500;
/// Pace of the reads that wait.
const PACE: Duration = Duration::from_millis(2);

/// What came of it.
#[derive(Debug, Default)]
struct Tally {
    /// Reads through the writing gateway that did not show the write.
    stale: u32,
    /// First reads through the other gateway that showed what was before: there was something to forget.
    kept_there: u32,
    /// Times until the other gateway showed the write.
    seen: Vec<Duration>,
}

/// Measures, prints, and says whether the promises were kept: at once where it was written, within a second elsewhere.
///
/// # Errors
/// A part does not come up, an answer is none, or a write is not seen within half a minute.
pub async fn run(count: u32) -> Result<bool> {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway).await?;
    let second = one_more_gateway(&stack, "second", &[]).await?;
    let first = stack.visitor()?;
    let other = Actor::visiting(&second.url("http")?);
    let mut token = stack.token("ADMIN").await?;
    let path = object(&first.clone().with_token(&token)).await?;
    for reader in [&first, &other] {
        keeps(reader, &path).await?;
    }

    let mut tally = Tally::default();
    for number in 0..count {
        if (number + 1).is_multiple_of(PAIRS_OF_A_TOKEN) {
            token = stack.token("ADMIN").await?;
        }
        let (here, there) = if number.is_multiple_of(2) {
            (&first, &other)
        } else {
            (&other, &first)
        };
        let writer = here.clone().with_token(&token);
        pair(&writer, here, there, &path, number, &mut tally).await?;
    }
    let kept = report(count, &mut tally);
    second.stop().await?;
    Ok(kept)
}

/// An institution that is written again and again.
async fn object(admin: &Actor) -> Result<String> {
    let made = admin.post("/institutions", &body("before")).await?;
    ensure!(made.status == 201, "{}", made.body);
    Ok(format!("/institutions/{}", made.text("/data/id")?))
}

fn body(name: &str) -> Value {
    json!({"name": name, "type": "COLLEGE", "code": "PAIRS"})
}

/// Waits until a gateway keeps what it reads.
async fn keeps(reader: &Actor, path: &str) -> Result<()> {
    eventually("the gateway following the feed", PATIENCE, async || {
        let answer = reader.get(path).await.ok()?;
        answer.header("cache-status").contains("hit").then_some(())
    })
    .await
}

async fn pair(
    writer: &Actor,
    here: &Actor,
    there: &Actor,
    path: &str,
    number: u32,
    tally: &mut Tally,
) -> Result<()> {
    let name = format!("Name {number}");
    let written = writer.put(path, &body(&name)).await?;
    let begun = Instant::now();
    ensure!(written.status == 200, "{}", written.body);
    if shown(here, path).await? != name {
        tally.stale += 1;
    }
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_first = true;
    while shown(there, path).await? != name {
        if is_first {
            tally.kept_there += 1;
        }
        is_first = false;
        if begun.elapsed() > PATIENCE {
            bail!("the other gateway does not show `{name}`");
        }
        pace.tick().await;
    }
    tally.seen.push(begun.elapsed());
    Ok(())
}

async fn shown(reader: &Actor, path: &str) -> Result<String> {
    let answer = reader.get(path).await?;
    ensure!(answer.status == 200, "{}", answer.body);
    answer.text("/data/name")
}

fn report(count: u32, tally: &mut Tally) -> bool {
    tally.seen.sort_unstable();
    let late = tally.seen.iter().filter(|time| **time > PROMISE).count();
    let figures = [
        ("pairs", count.to_string()),
        ("stale where it was written", tally.stale.to_string()),
        ("kept elsewhere at first", tally.kept_there.to_string()),
        ("later than 1 s elsewhere", late.to_string()),
    ];
    for (name, figure) in figures {
        say(&format!("{name:<30} {figure:>10}"));
    }
    say(&format!(
        "{:<30} p50 {:.1} ms   p99 {:.1} ms   max {:.1} ms",
        "seen elsewhere",
        within(&tally.seen, 500),
        within(&tally.seen, 990),
        within(&tally.seen, 1_000)
    ));
    tally.stale == 0 && late == 0
}
