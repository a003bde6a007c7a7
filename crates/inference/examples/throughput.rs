//! Prints texts per second and the latency of one short text for both model files.
//!
//! `cargo run --release -p inference --example throughput -- [model directory] [threads] [batch tokens]`
#![expect(
    clippy::print_stdout,
    reason = "a measurement for people and for scripts/bench"
)]

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use inference::{EmbedOptions, Engine, EngineSettings, Precision, Priority};

/// As long as the course descriptions of a catalogue: a few words to a long paragraph.
const SENTENCES: [&str; 6] = [
    "Learners plan, build and test a small data pipeline.",
    "The course introduces the principles of wound care, infection control and documentation.",
    "Topics include statutory deductions, year-end reconciliation and the record of employment.",
    "Students work in teams on a project brought in by an employer of the region.",
    "Assessment is by portfolio, a practical examination and a reflective report of two thousand words.",
    "On completion, participants can read a drawing, choose materials and estimate the cost of a job.",
];
const TEXTS: usize = 512;
const LONE_TEXTS: usize = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments
        .next()
        .map_or_else(|| PathBuf::from(".data/models"), PathBuf::from);
    let threads: usize = arguments.next().map_or(Ok(2), |word| word.parse())?;
    let batch_tokens: usize = arguments.next().map_or(Ok(1_024), |word| word.parse())?;
    println!(
        "precision  texts/s  one short text: median  p95  ({threads} threads, {batch_tokens} tokens a batch)"
    );
    for precision in [Precision::Fp32, Precision::Int8] {
        let mut settings = EngineSettings::new(&directory, precision);
        settings.threads = threads;
        settings.max_batch_tokens = batch_tokens;
        settings.cache_entries = 0;
        let engine = Engine::start(&settings)?;
        let rate = throughput(&engine).await?;
        let (median, p95) = latency(&engine).await?;
        println!("{precision:<9}  {rate:>7.1}  {median:>22.2?}  {p95:.2?}");
    }
    Ok(())
}

/// Texts per second of one large bulk request.
async fn throughput(engine: &Engine) -> Result<f64, Box<dyn Error>> {
    let texts: Vec<String> = (0..TEXTS).map(description).collect();
    let options = EmbedOptions {
        priority: Priority::Bulk,
        deadline: None,
    };
    let started = Instant::now();
    let vectors = engine.embed(texts, options).await?;
    let count = f64::from(u32::try_from(vectors.len())?);
    Ok(count / started.elapsed().as_secs_f64())
}

/// Median and 95th percentile of single texts, one after the other.
async fn latency(engine: &Engine) -> Result<(Duration, Duration), Box<dyn Error>> {
    let mut times = Vec::with_capacity(LONE_TEXTS);
    for number in 0..LONE_TEXTS {
        let text = format!("Introduction to welding, part {number}");
        let started = Instant::now();
        engine.embed(vec![text], EmbedOptions::default()).await?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied();
    at(50).zip(at(95)).ok_or_else(|| "no measurements".into())
}

/// One to twelve sentences; no two texts are equal.
fn description(number: usize) -> String {
    let sentences = 1 + (number * 7) % 12;
    let mut text = format!("Course {number}.");
    for sentence in SENTENCES.iter().cycle().skip(number % 6).take(sentences) {
        text.push(' ');
        text.push_str(sentence);
    }
    text
}
