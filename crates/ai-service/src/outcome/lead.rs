//! The words that an outcome begins with: lead-ins that say nothing, then the verb that says what is learned.

use super::verbs::{self, Levels};

/// Phrases in front of an outcome, without which it says the same; longest first.
const LEAD_INS: &[&str] = &[
    "upon successful completion of this course, students will be able to",
    "upon completion of this course, students will be able to",
    "by the end of this course, students will be able to",
    "students will demonstrate the ability to",
    "learners will demonstrate the ability to",
    "participants will be able to",
    "graduates will be able to",
    "the student will be able to",
    "the learner will be able to",
    "students will be able to",
    "learners will be able to",
    "students should be able to",
    "you will be able to",
    "demonstrate the ability to",
    "demonstrate an ability to",
    "will be able to",
    "should be able to",
    "be able to",
    "learn how to",
    "learn to",
    "ability to",
    "students will",
    "learners will",
    "participants will",
    "the student will",
    "you will",
];

/// How an outcome begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lead<'a> {
    /// The text from its first telling word.
    pub(crate) rest: &'a str,
    /// Whether a lead-in stood in front of it.
    pub(crate) has_lead_in: bool,
    /// The verb, if it is in the table, with its levels.
    pub(crate) verb: Option<(&'static str, Levels)>,
}

/// Looks at the beginning of an outcome.
pub(crate) fn of(text: &str) -> Lead<'_> {
    let trimmed = text.trim_start();
    let rest = without_lead_in(trimmed);
    Lead {
        rest,
        has_lead_in: rest.len() < trimmed.len(),
        verb: verb(rest),
    }
}

/// The text after its lead-ins; more than one may stand in a row.
pub(crate) fn without_lead_in(text: &str) -> &str {
    let mut rest = text;
    while let Some(after) = LEAD_INS.iter().find_map(|lead_in| cut(rest, lead_in)) {
        rest = after;
    }
    rest
}

/// The text after a phrase at its beginning, whatever its case, if words follow.
fn cut<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let head = text.get(..phrase.len())?;
    let rest = text.get(phrase.len()..)?;
    let ends_word = rest
        .chars()
        .next()
        .is_some_and(|next| !next.is_alphanumeric());
    let after = rest.trim_start_matches([':', ',', ' ', '\t', '\n', '\r', '-', '–', '•']);
    // "Learners will" is no lead-in when "be able to" is all that follows.
    let tells = !after.is_empty() && !LEAD_INS.iter().any(|it| it.eq_ignore_ascii_case(after));
    (ends_word && tells && head.eq_ignore_ascii_case(phrase)).then_some(after)
}

/// The first word that is a verb of the table, after at most two adverbs.
fn verb(text: &str) -> Option<(&'static str, Levels)> {
    for (place, word) in words(text).take(3).enumerate() {
        if let Some(found) = verbs::find(word) {
            // Nouns in front of a verb say that this is no outcome: "Course test".
            return Some(found);
        }
        let is_adverb = word.len() > 3 && word.to_lowercase().ends_with("ly");
        if !is_adverb || place == 2 {
            return None;
        }
    }
    None
}

/// Words without their marks.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !(character.is_alphanumeric() || "'’-".contains(character)))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::BloomLevel;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lead_ins_and_adverbs_hide_no_verb() {
        for text in [
            "Critically evaluate a source",
            "Students will be able to: evaluate a source",
            "Students will demonstrate the ability to critically evaluate a source",
        ] {
            let lead = of(text);
            let (verb, levels) = lead.verb.unwrap();
            assert_eq!(
                (verb, levels.first),
                ("evaluate", BloomLevel::Evaluate),
                "{text}"
            );
        }
        assert!(of("Students will evaluate a source").has_lead_in);
        assert!(!of("Evaluate a source").has_lead_in);
        assert_eq!(of("The history of the province").verb, None);
        assert_eq!(
            without_lead_in("Learners will be able to"),
            "Learners will be able to"
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,120}") {
            let lead = of(&text);
            prop_assert!(text.ends_with(lead.rest));
        }
    }
}
