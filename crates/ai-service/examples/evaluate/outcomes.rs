//! Bloom level and category of outcomes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use ai_service::evaluation::{Classifier, Encoder};
use domain::vocabulary::{BloomLevel, OutcomeCategory};

use crate::{Counts, Outcome, embed, share, split, table};

/// A level counts as named from here beside the likeliest; chosen before any figure was seen.
const NAMED: f64 = 0.35;

/// F1 of every level on the published test part.
pub(crate) async fn levels(data: &Path, encoder: &Encoder, classifier: &Classifier) -> Outcome<()> {
    let Some(rows) = table(&data.join("edm2022-clo"), "sample_full.csv")? else {
        return Ok(());
    };
    if !split::is_faithful() {
        return Err("the generator of the split is not NumPy's".into());
    }
    let texts: Vec<String> = rows.iter().map(|row| row[0].trim().to_owned()).collect();
    let labels: Vec<BTreeSet<usize>> = rows
        .iter()
        .map(|row| {
            (0..6)
                .filter(|level| row[level + 1].trim() == "1")
                .collect()
        })
        .collect();
    let test = split::test_part(rows.len());
    let held: HashSet<usize> = test.iter().copied().collect();
    let by_first_word = first_words(&texts, &labels, &held);
    let tested: Vec<String> = test.iter().map(|place| texts[*place].clone()).collect();
    let vectors = embed(encoder, "outcomes", &tested).await?;
    let mut counts = [[Counts::default(); 6]; 3];
    for ((place, text), vector) in test.iter().zip(&tested).zip(&vectors) {
        let said = [
            by_first_word
                .get(&first_word(text))
                .cloned()
                .unwrap_or_default(),
            named(&classifier.by_neighbours(vector).levels),
            named(&classifier.classify(text, vector).levels),
        ];
        for (counts, said) in counts.iter_mut().zip(said) {
            for (level, counts) in counts.iter_mut().enumerate() {
                counts.add(labels[*place].contains(&level), said.contains(&level));
            }
        }
    }
    println!(
        "\nBloom level, F1. Data edm2022-clo/sample_full.csv, published split (80/20, seed 666), {} outcomes of the test part.",
        test.len()
    );
    println!("{:34} {}", "", BloomLevel::NAMES.join("  "));
    for (name, counts) in [
        "first word (trained on the 80 %)",
        "7 nearest of our labels",
        "ours: verb and neighbours",
    ]
    .iter()
    .zip(counts)
    {
        let figures: Vec<String> = counts.iter().map(|it| format!("{:.3}", it.f1())).collect();
        println!("{name:34} {}", figures.join("     "));
    }
    Ok(())
}

/// The likeliest level, and any other from [`NAMED`].
fn named(levels: &[(BloomLevel, f64)]) -> BTreeSet<usize> {
    let most = levels.iter().map(|(_, it)| *it).fold(0.0, f64::max);
    levels
        .iter()
        .enumerate()
        .filter(|(_, (_, confidence))| *confidence >= most || *confidence >= NAMED)
        .map(|(place, _)| place)
        .collect()
}

fn first_word(text: &str) -> String {
    text.split_whitespace()
        .next()
        .unwrap_or_default()
        .trim_matches(|character: char| !character.is_alphanumeric())
        .to_lowercase()
}

/// The set of labels seen most often with each first word of the training part.
fn first_words(
    texts: &[String],
    labels: &[BTreeSet<usize>],
    held: &HashSet<usize>,
) -> HashMap<String, BTreeSet<usize>> {
    let mut seen: HashMap<String, BTreeMap<BTreeSet<usize>, usize>> = HashMap::new();
    for (place, (text, labels)) in texts.iter().zip(labels).enumerate() {
        if !held.contains(&place) {
            let sets = seen.entry(first_word(text)).or_default();
            *sets.entry(labels.clone()).or_default() += 1;
        }
    }
    seen.into_iter()
        .filter_map(|(word, sets)| {
            let (best, _) = sets.into_iter().max_by_key(|(_, count)| *count)?;
            Some((word, best))
        })
        .collect()
}

/// Accuracy and F1 of the categories that the publishers have labelled.
pub(crate) async fn categories(
    data: &Path,
    encoder: &Encoder,
    classifier: &Classifier,
) -> Outcome<()> {
    let Some(rows) = table(&data.join("ksa-categories"), "statements.csv")? else {
        return Ok(());
    };
    let known: Vec<(OutcomeCategory, String)> = rows
        .iter()
        .filter_map(|row| Some((OutcomeCategory::parse(&row[0])?, row[3].to_owned())))
        .collect();
    let texts: Vec<String> = known.iter().map(|(_, text)| text.clone()).collect();
    let vectors = embed(encoder, "statements", &texts).await?;
    println!(
        "\nCategory. Data ksa-categories/statements.csv, all {} statements with an undoubted label (none was trained on; noun phrases are knowledge there and gerunds skills).",
        known.len()
    );
    for (name, ours) in [
        ("7 nearest of our labels", false),
        ("ours: cues and neighbours", true),
    ] {
        let mut counts = [Counts::default(); 4];
        let mut right = 0_usize;
        for ((category, text), vector) in known.iter().zip(&vectors) {
            let said = if ours {
                classifier.classify(text, vector).category
            } else {
                classifier.by_neighbours(vector).category
            };
            right += usize::from(said == *category);
            for (place, counts) in counts.iter_mut().enumerate() {
                let of = OutcomeCategory::ALL[place];
                counts.add(*category == of, said == of);
            }
        }
        let figures: Vec<String> = OutcomeCategory::ALL
            .iter()
            .zip(counts)
            .filter(|(category, _)| **category != OutcomeCategory::Attitudes)
            .map(|(category, counts)| format!("{category} F1 {:.3}", counts.f1()))
            .collect();
        println!(
            "{name:34} accuracy {:.3}, {}",
            share(right, known.len()),
            figures.join(", ")
        );
    }
    Ok(())
}
