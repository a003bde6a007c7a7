//! Key words of an outcome: the phrases between stop words, weightiest first.
//!
//! Rapid automatic keyword extraction: a phrase weighs the sum of its words, and a word weighs the length of the phrases it stands
//! in over how often it stands. The leading verb says what is done, not what it is about, and is left out.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use super::lead;
use crate::number::real;

/// Most key words of one outcome.
const MOST: usize = 8;
/// Longer phrases are sentences.
const LONGEST_PHRASE: usize = 4;

static STOP_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    "a able about above across after again against all also am an and another any are around as at based be because been before \
     being below between both but by can could did do does doing down during each effectively either etc few for from further \
     given had has have having he her here hers him his how i if in including into is it its itself may me more most must my no \
     nor not of off on once one ones one's only or other our out over own per range same she should so some such than that the \
     their them then there these they this those through to too two under until up upon use used using various very via was we \
     well were what when where whether which while who whom why will with within without would you your"
        .split_whitespace()
        .collect()
});

/// The key words of an outcome.
pub(crate) fn of(text: &str) -> Vec<String> {
    let rest = lead::without_lead_in(text.trim());
    let has_verb = lead::of(text).verb.is_some();
    let phrases = phrases(rest, has_verb);
    let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for phrase in &phrases {
        for word in phrase {
            let (count, degree) = counts.entry(word).or_default();
            *count += 1.0;
            *degree += real(phrase.len());
        }
    }
    let weight = |phrase: &[String]| -> f64 {
        phrase
            .iter()
            .filter_map(|word| counts.get(word.as_str()))
            .map(|(count, degree)| degree / count)
            .sum()
    };
    let mut seen = HashSet::new();
    let mut weighed: Vec<(f64, String)> = phrases
        .iter()
        .map(|phrase| (weight(phrase), phrase.join(" ")))
        .filter(|(_weight, phrase)| seen.insert(phrase.clone()))
        .collect();
    // Stable: equals keep the order of the text.
    weighed.sort_by(|left, right| right.0.total_cmp(&left.0));
    weighed
        .into_iter()
        .take(MOST)
        .map(|(_weight, phrase)| phrase)
        .collect()
}

/// Runs of words between marks, stop words and the leading verb, in lower case.
fn phrases(text: &str, has_verb: bool) -> Vec<Vec<String>> {
    let mut phrases = Vec::new();
    let mut verb_is_next = has_verb;
    for clause in text.split(['.', ',', ';', ':', '(', ')', '!', '?', '/', '"', '\n']) {
        let mut phrase = Vec::new();
        for word in lead::words(clause) {
            let word = word.to_lowercase();
            let is_verb = verb_is_next && super::verbs::find(&word).is_some();
            let counts = !STOP_WORDS.contains(word.as_str())
                && !is_verb
                && word.chars().any(char::is_alphabetic)
                && word.chars().count() > 1;
            if is_verb {
                verb_is_next = false;
            }
            if counts {
                phrase.push(word);
            } else {
                close(&mut phrases, &mut phrase);
            }
        }
        close(&mut phrases, &mut phrase);
    }
    phrases
}

fn close(phrases: &mut Vec<Vec<String>>, phrase: &mut Vec<String>) {
    let phrase = std::mem::take(phrase);
    if (1..=LONGEST_PHRASE).contains(&phrase.len()) {
        phrases.push(phrase);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_subject_is_named_and_the_verb_is_not() {
        let keywords =
            of("Students will be able to analyze network traffic for signs of intrusion");

        assert_eq!(keywords, ["network traffic", "signs", "intrusion"]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,300}") {
            let keywords = of(&text);
            prop_assert!(keywords.len() <= MOST);
            prop_assert!(keywords.iter().all(|keyword| !keyword.is_empty()));
        }
    }
}
