//! Finding the course that another institution's committee judged equivalent.

use std::collections::HashMap;
use std::path::Path;

use ai_service::evaluation::{Catalogue, Course, Encoder, Method};
use csv::StringRecord;
use indicatif::ProgressBar;

use crate::{Outcome, embed, table};

const METHODS: [(&str, Method); 3] = [
    ("BM25, title counted twice", Method::Words),
    ("plain embedding", Method::Meaning),
    ("ours: 0.8 cosine + 0.2 BM25", Method::Both),
];

type Codes = HashMap<(String, String), usize>;

/// R@1, R@5 and MRR over the whole target catalogue, ties against us; AUC of pairs against hard negatives.
pub(crate) async fn retrieval(data: &Path, encoder: &Encoder) -> Outcome<()> {
    let folder = data.join("fl-scns");
    let tables = (
        table(&folder, "catalog.csv")?,
        table(&folder, "pairs.csv")?,
        table(&folder, "negatives.csv")?,
    );
    let (Some(courses), Some(pairs), Some(negatives)) = tables else {
        return Ok(());
    };
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut codes = Codes::new();
    let courses: Vec<Course> = courses
        .iter()
        .enumerate()
        .map(|(place, row)| {
            let next = numbers.len();
            codes.insert((row[0].to_owned(), row[1].to_owned()), place);
            Course {
                institution: *numbers.entry(row[0].to_owned()).or_insert(next),
                title: row[6].to_owned(),
                description: row[8].to_owned(),
            }
        })
        .collect();
    let core = pairs
        .iter()
        .filter(|row| &row[1] == "0" && &row[0] != "level_and_lab_code_differ");
    let core = places(core, &codes, [(2, 3), (7, 8)]);
    let hard = negatives.iter().filter(|row| row[0].starts_with("hard"));
    let hard = places(hard, &codes, [(1, 2), (5, 6)]);
    let texts: Vec<String> = courses.iter().map(Course::content).collect();
    let vectors = embed(encoder, "courses", &texts).await?;
    let institutions: Vec<usize> = courses.iter().map(|course| course.institution).collect();
    let sizes = |institution| institutions.iter().filter(|it| **it == institution).count();
    let catalogue = Catalogue::new(courses, vectors)?;
    println!(
        "\nRetrieval. Data fl-scns, development part, {} core pairs in both directions, the whole target catalogue as candidates, ties against us; {} hard negatives.",
        core.len(),
        hard.len()
    );
    for (name, method) in METHODS {
        let bar = ProgressBar::new((2 * core.len() + hard.len()) as u64).with_message(name);
        let (mut ranks, mut good, mut bad) = (Vec::new(), Vec::new(), Vec::new());
        for (left, right) in &core {
            for (source, target) in [(left, right), (right, left)] {
                let scores = catalogue.scores(*source, institutions[*target], method)?;
                let own = scores.get(target).copied();
                ranks.push(own.map_or(sizes(institutions[*target]), |own| {
                    scores.values().filter(|score| **score >= own).count()
                }));
                if source == left {
                    good.push(own.unwrap_or(0.0));
                }
                bar.inc(1);
            }
        }
        for (left, right) in &hard {
            let scores = catalogue.scores(*left, institutions[*right], method)?;
            bad.push(scores.get(right).copied().unwrap_or(0.0));
            bar.inc(1);
        }
        bar.finish_and_clear();
        println!(
            "{name:34} R@1 {:.3}, R@5 {:.3}, MRR {:.3}, AUC(hard) {:.3}",
            within(&ranks, 1),
            within(&ranks, 5),
            ranks.iter().map(|rank| 1.0 / *rank as f64).sum::<f64>() / ranks.len() as f64,
            auc(&good, &bad)
        );
    }
    Ok(())
}

/// Both courses of every row that are in the catalogue.
fn places<'a>(
    rows: impl Iterator<Item = &'a StringRecord>,
    codes: &Codes,
    sides: [(usize, usize); 2],
) -> Vec<(usize, usize)> {
    rows.filter_map(|row| {
        let [left, right] = sides.map(|(institution, code)| {
            codes
                .get(&(row[institution].to_owned(), row[code].to_owned()))
                .copied()
        });
        left.zip(right)
    })
    .collect()
}

fn within(ranks: &[usize], most: usize) -> f64 {
    crate::share(
        ranks.iter().filter(|rank| **rank <= most).count(),
        ranks.len(),
    )
}

/// The share of pairs of a good and a bad score in which the good one is higher; ties count one half.
fn auc(good: &[f64], bad: &[f64]) -> f64 {
    let mut sum = 0.0;
    for good in good {
        for bad in bad {
            sum += match good.total_cmp(bad) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    sum / (good.len() * bad.len()).max(1) as f64
}
