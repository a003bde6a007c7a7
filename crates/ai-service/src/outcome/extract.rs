//! Outcomes out of prose: a syllabus, a web page, a pasted text.
//!
//! The text is cut into lines, items and sentences. What speaks for an outcome is weighed: a lead-in such as "students will be able
//! to" in the same sentence (0.45), the item of a list under such a line (0.35) or under a heading that names outcomes (0.30), a
//! leading verb of the table (0.50), the place in a list (0.10), a fitting length (0.05). What speaks against it is taken off: a
//! verb in another form than an outcome has (0.20), a person as its subject (0.20), fewer than 3 or more than 60 words.

use domain::vocabulary::BloomLevel;

use super::lead;
use crate::number::rounded;

/// Name of the method; it changes with the weights and tables.
pub(crate) const METHOD: &str = "outcome-signs-1";

const LEAD_IN: f64 = 0.45;
const UNDER_LEAD_IN: f64 = 0.35;
const UNDER_HEADING: f64 = 0.30;
const VERB: f64 = 0.50;
const ITEM: f64 = 0.10;
const LENGTH: f64 = 0.05;
const OTHER_FORM: f64 = 0.20;
const PERSON: f64 = 0.20;
const LEAST_WORDS: usize = 3;
const MOST_WORDS: usize = 60;

/// Phrases within a sentence after which an outcome follows.
const INTRODUCTIONS: &[&str] = &[
    "will be able to",
    "should be able to",
    "is able to",
    "are able to",
    "you will learn how to",
    "you will learn to",
    "will learn how to",
    "will learn to",
];

/// Words of a heading that outcomes follow.
const HEADINGS: &[&str] = &[
    "learning outcomes",
    "course outcomes",
    "outcomes",
    "learning objectives",
    "objectives",
    "what you will learn",
    "what you'll learn",
    "skills you will gain",
    "competencies",
];

/// An outcome found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Extracted<'a> {
    pub(crate) text: &'a str,
    /// Characters of the text before it.
    pub(crate) start: usize,
    /// Characters of the text up to its end.
    pub(crate) end: usize,
    pub(crate) confidence: f64,
    pub(crate) level: Option<BloomLevel>,
    pub(crate) signs: Vec<&'static str>,
}

/// What was found, and how many sentences and items were looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found<'a> {
    pub(crate) outcomes: Vec<Extracted<'a>>,
    pub(crate) examined: usize,
}

/// What the lines above say about the next item.
#[derive(Clone, Copy, PartialEq)]
enum Above {
    Nothing,
    Heading,
    LeadIn,
}

/// Finds outcomes with at least this confidence, in the order of the text.
pub(crate) fn extract(text: &str, least: f64) -> Found<'_> {
    let mut outcomes = Vec::new();
    let (mut examined, mut above) = (0_usize, Above::Nothing);
    let mut character = 0_usize;
    for line in text.split_inclusive('\n') {
        let (item, is_item) = without_bullet(line.trim_end());
        if item.trim().is_empty() {
            // A list may have blank lines between its items.
        } else if let Some(next) = introduces(item) {
            above = next;
        } else {
            for sentence in sentences(item) {
                examined += 1;
                let Some(mut found) = judge(sentence, is_item, above) else {
                    continue;
                };
                if found.confidence >= least {
                    let offset = line.find(found.text).unwrap_or(0);
                    let before = line.get(..offset).map_or(0, |head| head.chars().count());
                    found.start = character.saturating_add(before);
                    found.end = found.start.saturating_add(found.text.chars().count());
                    outcomes.push(found);
                }
            }
            if !is_item && above == Above::LeadIn {
                above = Above::Nothing;
            }
        }
        character = character.saturating_add(line.chars().count());
    }
    Found { outcomes, examined }
}

/// Whether a line announces outcomes and holds none itself.
fn introduces(line: &str) -> Option<Above> {
    let plain = line
        .trim()
        .trim_matches(['#', '*', ':', '.', ' ', '_', '…']);
    let lower = plain.to_lowercase();
    if INTRODUCTIONS.iter().any(|phrase| lower.ends_with(phrase)) {
        return Some(Above::LeadIn);
    }
    HEADINGS
        .iter()
        .any(|heading| lower == *heading || lower.ends_with(&format!(" {heading}")))
        .then_some(Above::Heading)
}

/// A line without its bullet, number or letter; true when it had one.
fn without_bullet(line: &str) -> (&str, bool) {
    let trimmed = line.trim_start();
    let marked = trimmed.trim_start_matches(['•', '*', '-', '–', '—', '▪', '◦', '·', '✓']);
    if marked.len() < trimmed.len() && marked.starts_with(char::is_whitespace) {
        return (marked.trim_start(), true);
    }
    let after_number = trimmed.trim_start_matches(|character: char| character.is_ascii_digit());
    let numbered = after_number.len() < trimmed.len();
    let after_letter = trimmed
        .strip_prefix(|character: char| character.is_ascii_lowercase())
        .filter(|_rest| !numbered);
    for rest in [numbered.then_some(after_number), after_letter]
        .into_iter()
        .flatten()
    {
        if let Some(rest) = rest.strip_prefix(['.', ')'])
            && rest.starts_with(char::is_whitespace)
        {
            return (rest.trim_start(), true);
        }
    }
    (trimmed, false)
}

/// Sentences, cut after a mark that white space follows; semicolons cut too.
fn sentences(line: &str) -> impl Iterator<Item = &str> {
    crate::index::topics::sentences(line)
}

fn judge(sentence: &str, is_item: bool, above: Above) -> Option<Extracted<'_>> {
    let (body, is_led_in) = body(sentence);
    let text = body.trim().trim_end_matches(['.', ';', ',', ':', ' ']);
    let count = lead::words(text).count();
    if !(LEAST_WORDS..=MOST_WORDS).contains(&count) {
        return None;
    }
    let mut confidence = LENGTH;
    let mut signs = Vec::new();
    let mut sign = |weight: f64, name: &'static str| {
        confidence += weight;
        signs.push(name);
    };
    if is_led_in {
        sign(LEAD_IN, "lead-in in the sentence");
    }
    match above {
        Above::LeadIn if is_item => sign(UNDER_LEAD_IN, "item under a lead-in"),
        Above::Heading => sign(UNDER_HEADING, "under a heading of outcomes"),
        Above::LeadIn | Above::Nothing => {}
    }
    if is_item {
        sign(ITEM, "item of a list");
    }
    let verb = lead::of(text).verb;
    if verb.is_some() {
        sign(VERB, "leading verb");
    }
    let first = lead::words(text).next().unwrap_or_default().to_lowercase();
    if verb.is_some_and(|(base, _)| base != first) && !first.ends_with("ly") {
        sign(-OTHER_FORM, "verb in another form");
    }
    if [
        "you", "we", "i", "this", "it", "the", "students", "learners",
    ]
    .contains(&first.as_str())
    {
        sign(-PERSON, "somebody or something as the subject");
    }
    Some(Extracted {
        text,
        start: 0,
        end: 0,
        confidence: rounded(confidence.clamp(0.0, 1.0)),
        level: verb.map(|(_, levels)| levels.first),
        signs,
    })
}

/// The part of a sentence after its lead-in; true when there was one.
fn body(sentence: &str) -> (&str, bool) {
    let lower = sentence.to_lowercase();
    // Lower case can move bytes; then only a lead-in at the beginning is seen.
    if lower.len() == sentence.len() {
        let end = INTRODUCTIONS
            .iter()
            .filter_map(|phrase| lower.find(phrase).map(|at| at + phrase.len()))
            .max();
        if let Some(rest) = end.and_then(|end| sentence.get(end..)) {
            let rest = rest.trim_start_matches([':', ',', ' ', '-', '–']);
            if !rest.is_empty() {
                return (rest, true);
            }
        }
    }
    let rest = lead::without_lead_in(sentence.trim_start());
    (rest, rest.len() < sentence.trim_start().len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SYLLABUS: &str = "Welding basics is taught in the shop. Bring boots.\n\
        By the end of the course, students will be able to:\n\
        • weld a fillet joint to code;\n\
        • inspect a weld for cracks and porosity;\n\n\
        Learners will be able to explain why steel cracks.\n\
        The fee covers all materials and gas.\n\
        Learning Outcomes\n\
        1. Plan a small repair job\n\
        2) Évaluer is not English, but “describe” is\n";

    #[test]
    fn lists_sentences_and_headings_are_understood() {
        let found = extract(SYLLABUS, 0.5);

        let texts: Vec<&str> = found.outcomes.iter().map(|outcome| outcome.text).collect();
        assert_eq!(
            texts,
            [
                "weld a fillet joint to code",
                "inspect a weld for cracks and porosity",
                "explain why steel cracks",
                "Plan a small repair job",
            ],
            "{found:#?}"
        );
        assert!(found.examined > texts.len());
    }

    #[test]
    fn offsets_count_characters() {
        for outcome in extract(SYLLABUS, 0.0).outcomes {
            let cut: String = SYLLABUS
                .chars()
                .skip(outcome.start)
                .take(outcome.end - outcome.start)
                .collect();
            assert_eq!(cut, outcome.text);
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "(\\PC|\n){0,300}") {
            for outcome in extract(&text, 0.0).outcomes {
                let cut: String = text.chars().skip(outcome.start).take(outcome.end - outcome.start).collect();
                prop_assert_eq!(cut, outcome.text);
                prop_assert!((0.0..=1.0).contains(&outcome.confidence));
            }
        }
    }
}
