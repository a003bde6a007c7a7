//! Topics of a description, for offers that state no outcomes.
//!
//! A topic is a sentence, or a clause between semicolons, line ends or bullets, of at least three words. A mark ends a sentence
//! only before white space, so that "3.5 hours" stays whole. At most [`MOST`] topics are read; with none, the title is the topic.

use std::collections::HashSet;

use super::document::Passage;

/// Most topics of one description: a matrix must stay readable.
const MOST: usize = 30;
/// Fewer words say too little to compare.
const LEAST_WORDS: usize = 3;

/// Reads topics out of a description.
pub(crate) fn of(title: &str, description: &str) -> Vec<Passage> {
    let mut seen = HashSet::new();
    let mut topics: Vec<Passage> = sentences(description)
        .filter(|sentence| sentence.split_whitespace().count() >= LEAST_WORDS)
        .filter(|sentence| seen.insert(*sentence))
        .take(MOST)
        .map(topic)
        .collect();
    if topics.is_empty() {
        topics.push(topic(title));
    }
    topics
}

/// Sentences and clauses of a text, trimmed, none empty.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .char_indices()
            .find_map(|(index, mark)| ends_clause(rest, index, mark))
            .unwrap_or(rest.len());
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(
            sentence
                .trim()
                .trim_matches(['•', '*', '-', '–', ';'])
                .trim(),
        )
    })
    .filter(|sentence| !sentence.is_empty())
}

/// Where the clause that ends with this mark ends.
fn ends_clause(text: &str, index: usize, mark: char) -> Option<usize> {
    let after = index + mark.len_utf8();
    match mark {
        '\n' | '\r' | '•' => Some(after),
        '.' | '!' | '?' | ';' => text
            .get(after..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(char::is_whitespace)
            .then_some(after),
        _ => None,
    }
}

fn topic(text: &str) -> Passage {
    Passage {
        id: None,
        text: text.to_owned(),
        bloom_level: None,
        is_core: true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_clauses_and_bullets_are_told_apart() {
        let text = "Plan a burn of 3.5 hours. Read the wind; carry water!\n• Brief the crew before dawn\n- Stop.";

        let found: Vec<&str> = sentences(text).collect();

        assert_eq!(
            found,
            [
                "Plan a burn of 3.5 hours.",
                "Read the wind",
                "carry water!",
                "Brief the crew before dawn",
                "Stop."
            ]
        );
    }

    #[test]
    fn without_a_description_the_title_is_the_topic() {
        let topics = of("Welding", "  ");

        assert_eq!(topics.len(), 1);
        assert_eq!(topics[0].text, "Welding");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_splitter(text in "\\PC{0,300}") {
            let topics = of("title", &text);
            prop_assert!((1..=MOST).contains(&topics.len()));
            prop_assert!(topics.iter().all(|topic| !topic.text.is_empty()));
        }
    }
}
