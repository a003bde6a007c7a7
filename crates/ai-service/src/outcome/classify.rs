//! Bloom level and category of an outcome: its leading verb and its nearest labelled neighbours.
//!
//! | part | weight with a known verb | without |
//! |---|---|---|
//! | leading verb: its first level 0.75, its second 0.25 (1 without a second) | 0.70 | – |
//! | the 7 nearest labelled outcomes, weighed by the square of their cosine | 0.30 | 1 |
//!
//! The category has cue words in the place of the verb. All confidences of one outcome add up to 1.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::vocabulary::{BloomLevel, OutcomeCategory};
use serde::Serialize;

use super::labels::{self, Labelled};
use super::{keywords, lead};
use crate::number::{cosine, rounded};

/// Name of the method; it changes with the tables, weights and labels.
pub(crate) const METHOD: &str = "outcome-verbs-neighbours-1";

const WEIGHT_VERB: f64 = 0.70;
const FIRST_LEVEL: f64 = 0.75;
const NEIGHBOURS: usize = 7;
const WEIGHT_CUES: f64 = 0.60;

/// What was made of one outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Classified {
    pub(crate) outcome_text: String,
    pub(crate) bloom_level: BloomLevel,
    /// Every level, lowest first.
    pub(crate) bloom_confidences: Vec<(BloomLevel, f64)>,
    pub(crate) category: OutcomeCategory,
    /// Every category, in the order of the list.
    pub(crate) category_confidences: Vec<(OutcomeCategory, f64)>,
    pub(crate) keywords: Vec<String>,
    pub(crate) reasoning: Vec<String>,
}

/// A labelled outcome with its vector.
pub(crate) struct Neighbour {
    pub(crate) labelled: Labelled,
    pub(crate) vector: Arc<[f32]>,
}

/// Every labelled outcome that has a vector.
pub(crate) fn neighbours(vector_of: impl Fn(&str) -> Option<Arc<[f32]>>) -> Vec<Neighbour> {
    labels::all()
        .iter()
        .filter_map(|labelled| {
            Some(Neighbour {
                labelled: *labelled,
                vector: vector_of(labelled.text)?,
            })
        })
        .collect()
}

/// Classifies one outcome.
pub(crate) fn classify(text: &str, vector: &[f32], neighbours: &[Neighbour]) -> Classified {
    let near = nearest(vector, neighbours);
    let verb = lead::of(text).verb;
    let by_neighbours = shares(near.iter().map(|(it, weight)| (it.level, *weight)));
    let by_verb = verb.map(|(_, levels)| match levels.second {
        Some(second) => BTreeMap::from([(levels.first, FIRST_LEVEL), (second, 1.0 - FIRST_LEVEL)]),
        None => BTreeMap::from([(levels.first, 1.0)]),
    });
    let cue = cue(text);
    let by_cue = cue.map(|(category, _)| BTreeMap::from([(category, 1.0)]));
    let by_category = shares(near.iter().map(|(it, weight)| (it.category, *weight)));
    let levels = mixed(
        BloomLevel::ALL,
        by_verb.as_ref(),
        &by_neighbours,
        WEIGHT_VERB,
    );
    let categories = mixed(
        OutcomeCategory::ALL,
        by_cue.as_ref(),
        &by_category,
        WEIGHT_CUES,
    );
    let bloom_level = best(&levels).unwrap_or(BloomLevel::Understand);
    let category = best(&categories).unwrap_or(OutcomeCategory::Skills);
    Classified {
        outcome_text: text.to_owned(),
        bloom_level,
        bloom_confidences: levels,
        category,
        category_confidences: categories,
        keywords: keywords::of(text),
        reasoning: reasoning(verb, cue, &near),
    }
}

/// The nearest labelled outcomes with the square of their cosine; ties keep the order of the table.
fn nearest(vector: &[f32], neighbours: &[Neighbour]) -> Vec<(Labelled, f64)> {
    let mut near: Vec<(Labelled, f64)> = neighbours
        .iter()
        .map(|neighbour| {
            let near = rounded(cosine(vector, &neighbour.vector).clamp(0.0, 1.0));
            (neighbour.labelled, rounded(near * near))
        })
        .collect();
    near.sort_by(|left, right| right.1.total_cmp(&left.1));
    near.truncate(NEIGHBOURS);
    near
}

/// Each class's share of the weight.
fn shares<C: Ord>(weighed: impl Iterator<Item = (C, f64)>) -> BTreeMap<C, f64> {
    let mut sums: BTreeMap<C, f64> = BTreeMap::new();
    for (class, weight) in weighed {
        *sums.entry(class).or_default() += weight;
    }
    let total: f64 = sums.values().sum();
    if total > 0.0 {
        sums.values_mut().for_each(|sum| *sum /= total);
    } else {
        sums.clear();
    }
    sums
}

/// Both opinions in one, for every class; nothing known about either gives every class the same.
fn mixed<C: Copy + Ord>(
    classes: &[C],
    stated: Option<&BTreeMap<C, f64>>,
    by_neighbours: &BTreeMap<C, f64>,
    weight: f64,
) -> Vec<(C, f64)> {
    let of = |shares: &BTreeMap<C, f64>, class: &C| shares.get(class).copied().unwrap_or(0.0);
    let even = 1.0 / crate::number::real(classes.len().max(1));
    classes
        .iter()
        .map(|class| {
            let confidence = match (stated, by_neighbours.is_empty()) {
                (Some(stated), false) => {
                    weight * of(stated, class) + (1.0 - weight) * of(by_neighbours, class)
                }
                (Some(stated), true) => of(stated, class),
                (None, false) => of(by_neighbours, class),
                (None, true) => even,
            };
            (*class, rounded(confidence))
        })
        .collect()
}

/// The class with the most confidence; the first of equals.
fn best<C: Copy>(confidences: &[(C, f64)]) -> Option<C> {
    let mut best: Option<(C, f64)> = None;
    for (class, confidence) in confidences {
        if best.is_none_or(|(_, most)| *confidence > most) {
            best = Some((*class, *confidence));
        }
    }
    best.map(|(class, _)| class)
}

/// Words that name a category, checked in this order.
const CUES: &[(OutcomeCategory, &[&str])] = &[
    (
        OutcomeCategory::Attitudes,
        &[
            "appreciate",
            "respect",
            "respectful",
            "empathy",
            "empathetic",
            "attitude",
            "openness",
            "curiosity",
            "honesty",
            "integrity",
            "humility",
            "sensitivity",
            "embrace",
            "commit",
            "commitment",
            "patience",
            "punctuality",
        ],
    ),
    (
        OutcomeCategory::Competencies,
        &[
            "teamwork",
            "leadership",
            "independently",
            "autonomously",
            "autonomy",
            "collaboratively",
            "responsibility",
            "interdisciplinary",
            "professionally",
            "accountable",
        ],
    ),
    (
        OutcomeCategory::Knowledge,
        &[
            "knowledge",
            "understanding",
            "principles",
            "concepts",
            "theories",
            "theory",
            "terminology",
            "familiarity",
        ],
    ),
];

/// The first cue word of the text, by the order of the categories; with none, a verb that names knowing is the cue.
fn cue(text: &str) -> Option<(OutcomeCategory, &'static str)> {
    let words: Vec<String> = lead::words(text).map(str::to_lowercase).collect();
    let stated = CUES.iter().find_map(|(category, cues)| {
        let cue = cues
            .iter()
            .find(|cue| words.iter().any(|word| word == *cue))?;
        Some((*category, *cue))
    });
    stated.or_else(|| {
        let (verb, levels) = lead::of(text).verb?;
        match levels.first {
            BloomLevel::Remember | BloomLevel::Understand => {
                Some((OutcomeCategory::Knowledge, verb))
            }
            BloomLevel::Apply => Some((OutcomeCategory::Skills, verb)),
            BloomLevel::Analyze | BloomLevel::Evaluate | BloomLevel::Create => None,
        }
    })
}

fn reasoning(
    verb: Option<(&'static str, super::verbs::Levels)>,
    cue: Option<(OutcomeCategory, &'static str)>,
    near: &[(Labelled, f64)],
) -> Vec<String> {
    let mut sentences = Vec::new();
    sentences.push(match verb {
        Some((verb, levels)) => match levels.second {
            Some(second) => format!(
                "The verb \"{verb}\" names {} most often and {second} at times.",
                levels.first
            ),
            None => format!("The verb \"{verb}\" names {}.", levels.first),
        },
        None => {
            "It begins with no verb of the table: only its neighbours tell the level.".to_owned()
        }
    });
    if let Some((category, word)) = cue {
        sentences.push(format!("The word \"{word}\" speaks for {category}."));
    }
    if let Some((nearest, weight)) = near.first() {
        sentences.push(format!(
            "The nearest labelled outcome, \"{}\" ({}, {}), has a similarity of {:.2}.",
            nearest.text,
            nearest.level,
            nearest.category,
            weight.sqrt()
        ));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbour(place: usize, vector: [f32; 2]) -> Neighbour {
        Neighbour {
            labelled: labels::all()[place],
            vector: vector.into(),
        }
    }

    #[test]
    fn the_verb_decides_and_the_neighbours_help() {
        let near = [neighbour(0, [1.0, 0.0])];

        let evaluated = classify("Evaluate a bridge", &[1.0, 0.0], &near);

        assert_eq!(evaluated.bloom_level, BloomLevel::Evaluate);
        let of = |level| {
            let mut all = evaluated.bloom_confidences.iter();
            all.find(|(it, _)| *it == level).unwrap().1
        };
        assert!((of(BloomLevel::Evaluate) - 0.7).abs() < 1e-9);
        assert!((of(BloomLevel::Remember) - 0.3).abs() < 1e-9);
    }

    #[test]
    fn without_a_verb_the_neighbours_tell() {
        let near = [neighbour(0, [1.0, 0.0]), neighbour(130, [0.0, 1.0])];

        let told = classify("The parts of an extinguisher", &[1.0, 0.0], &near);

        assert_eq!(told.bloom_level, labels::all()[0].level);
        assert!(told.reasoning[0].contains("no verb"));
    }

    #[test]
    fn all_confidences_add_up_to_one() {
        for near in [vec![], vec![neighbour(3, [0.6, 0.8])]] {
            for text in ["Appreciate poetry", "Something", "Identify a risk"] {
                let told = classify(text, &[1.0, 0.0], &near);
                let levels: f64 = told.bloom_confidences.iter().map(|(_, it)| it).sum();
                let categories: f64 = told.category_confidences.iter().map(|(_, it)| it).sum();
                assert!((levels - 1.0).abs() < 1e-5, "{levels}");
                assert!((categories - 1.0).abs() < 1e-5, "{categories}");
            }
        }
        assert_eq!(
            classify("Appreciate poetry", &[1.0, 0.0], &[]).category,
            OutcomeCategory::Attitudes
        );
    }
}
