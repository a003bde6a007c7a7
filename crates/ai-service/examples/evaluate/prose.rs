//! Outcomes out of prose: outcomes of real courses, joined with sentences of course descriptions.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use ai_service::evaluation::{extracted, sentences};

use crate::{Counts, Outcome, split, table};

/// Courses read.
const COURSES: usize = 400;
/// The least confidence when a caller names none.
const LEAST: f64 = 0.5;
const SEED: u32 = 20;

/// Precision and recall, by sentence, for three ways to write the same outcomes down.
pub(crate) fn extraction(data: &Path) -> Outcome<()> {
    let outcomes = table(&data.join("byu-course-outcomes"), "outcomes.csv")?;
    let catalogue = table(&data.join("fl-scns"), "catalog.csv")?;
    let (Some(outcomes), Some(catalogue)) = (outcomes, catalogue) else {
        return Ok(());
    };
    let mut courses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &outcomes {
        let text = row[7].split_whitespace().collect::<Vec<_>>().join(" ");
        courses
            .entry(row[0].to_owned())
            .or_default()
            .extend(sentences(&text));
    }
    let courses: Vec<Vec<String>> = courses.into_values().collect();
    let descriptions: Vec<Vec<String>> = catalogue.iter().map(|row| sentences(&row[8])).collect();
    let order = split::permutation(SEED, courses.len());
    let others = split::permutation(SEED, descriptions.len());
    println!(
        "\nExtraction, by sentence at confidence {LEAST}. Data byu-course-outcomes/outcomes.csv, {} courses (seed {SEED}), each with the sentences of one fl-scns description as distractors.",
        COURSES.min(courses.len())
    );
    for (name, form) in [
        (
            "prose, one after the other",
            prose as fn(&[String], &[String]) -> String,
        ),
        ("a list under a lead-in", list),
        ("a list under a heading", heading),
    ] {
        let mut counts = Counts::default();
        for (course, other) in order.iter().take(COURSES).zip(&others) {
            let (wanted, around) = (&courses[*course], &descriptions[*other]);
            let gold: HashSet<String> = wanted.iter().map(|text| plain(text)).collect();
            let found: HashSet<String> = extracted(&form(wanted, around), LEAST)
                .iter()
                .map(|text| plain(text))
                .collect();
            // Without its lead-in an outcome is still the same.
            let same = |one: &str, other: &str| one == other || one.ends_with(other);
            for found in &found {
                counts.add(gold.iter().any(|gold| same(gold, found)), true);
            }
            counts.missed += gold
                .iter()
                .filter(|gold| !found.iter().any(|found| same(gold, found)))
                .count();
        }
        println!(
            "{name:34} precision {:.3}, recall {:.3}, F1 {:.3}",
            counts.precision(),
            counts.recall(),
            counts.f1()
        );
    }
    Ok(())
}

fn plain(text: &str) -> String {
    text.trim_end_matches(['.', ';', ',', ':', ' '])
        .to_lowercase()
}

/// Outcomes and distractors in turn, in one paragraph.
fn prose(wanted: &[String], around: &[String]) -> String {
    let mut joined = String::new();
    let mut around = around.iter();
    for outcome in wanted {
        if let Some(other) = around.next() {
            push(&mut joined, other);
        }
        push(&mut joined, outcome);
    }
    for other in around {
        push(&mut joined, other);
    }
    joined
}

fn push(joined: &mut String, sentence: &str) {
    joined.push_str(sentence.trim_end_matches(['.', ' ']));
    joined.push_str(". ");
}

fn list(wanted: &[String], around: &[String]) -> String {
    listed("Upon completion students will be able to:", wanted, around)
}

fn heading(wanted: &[String], around: &[String]) -> String {
    listed("Learning outcomes", wanted, around)
}

fn listed(above: &str, wanted: &[String], around: &[String]) -> String {
    let mut text = format!("{}\n\n{above}\n", prose(&[], around));
    for outcome in wanted {
        text.push_str("- ");
        text.push_str(outcome);
        text.push('\n');
    }
    text
}
