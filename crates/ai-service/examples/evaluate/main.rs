//! Measures the methods that serve on data outside the repository: `evaluate DATA [MODEL_DIR]`.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a tool that prints figures"
)]

mod outcomes;
mod prose;
mod retrieval;
mod split;

use std::error::Error;
use std::path::{Path, PathBuf};

use ai_service::evaluation::{Classifier, Encoder, Vector};
use indicatif::{ProgressBar, ProgressStyle};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let data = arguments.next().unwrap_or_else(|| "../shared/data".into());
    let models = arguments.next().unwrap_or_else(|| ".data/models".into());
    if !data.is_dir() {
        println!("skipped: no data at {}", data.display());
        return Ok(());
    }
    let encoder = Encoder::open(&models)?;
    println!("command  scripts/evaluate {}", data.display());
    println!("date     {}", chrono::Utc::now().format("%Y-%m-%d"));
    println!("encoder  {}", encoder.version());
    let classifier = Classifier::new(&encoder).await?;
    outcomes::levels(&data, &encoder, &classifier).await?;
    outcomes::categories(&data, &encoder, &classifier).await?;
    prose::extraction(&data)?;
    retrieval::retrieval(&data, &encoder).await
}

/// The rows of a table; `None`, and a line that says so, when it is not there.
fn table(folder: &Path, file: &str) -> Outcome<Option<Vec<csv::StringRecord>>> {
    let path = folder.join(file);
    if !path.is_file() {
        println!("skipped: no {}", path.display());
        return Ok(None);
    }
    let rows = csv::Reader::from_path(path)?.into_records();
    Ok(Some(rows.collect::<Result<_, _>>()?))
}

/// Vectors of texts, with a bar on the screen.
async fn embed(encoder: &Encoder, what: &'static str, texts: &[String]) -> Outcome<Vec<Vector>> {
    let style = ProgressStyle::with_template("{msg:20} {bar:40} {pos}/{len} {eta}")?;
    let bar = ProgressBar::new(texts.len() as u64)
        .with_style(style)
        .with_message(what);
    let vectors = encoder.embed(texts, |count| bar.inc(count as u64)).await?;
    bar.finish_and_clear();
    Ok(vectors)
}

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Counts {
    fn add(&mut self, is: bool, said: bool) {
        match (is, said) {
            (true, true) => self.right += 1,
            (false, true) => self.wrong += 1,
            (true, false) => self.missed += 1,
            (false, false) => {}
        }
    }

    fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
