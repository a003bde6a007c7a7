//! Why a result was found: the fields that share words with the question, and the passage nearest to it.

use std::collections::BTreeSet;

use tantivy::tokenizer::TextAnalyzer;

use super::document::Offer;
use super::topics::sentences;
use super::{KnownVector, words};
use crate::number::{cosine, real};

/// Longest snippet.
const LONGEST: usize = 300;
/// What stands in `matched_fields` when no word is shared.
const MEANING: &str = "meaning";

/// The question as passages are compared with it.
pub(crate) struct Asked<'a> {
    pub(crate) stems: &'a BTreeSet<String>,
    pub(crate) vector: &'a [f32],
}

/// Names the fields that share words with the question.
pub(crate) fn matched_fields(
    analyzer: &mut TextAnalyzer,
    offer: &Offer,
    stems: &BTreeSet<String>,
) -> Vec<&'static str> {
    let mut holds = |text: &str| words::shared(analyzer, text, stems) > 0;
    let mut fields = Vec::new();
    if holds(&offer.title) {
        fields.push("title");
    }
    if holds(&offer.description) {
        fields.push("description");
    }
    if offer
        .passages
        .iter()
        .any(|passage| passage.id.is_some() && holds(&passage.text))
    {
        fields.push("outcomes");
    }
    if holds(&offer.keywords) {
        fields.push("keywords");
    }
    if fields.is_empty() {
        fields.push(MEANING);
    }
    fields
}

/// The outcome or sentence that says best why the offer answers the question.
///
/// Each passage scores its cosine, where its vector is in memory, plus its share of the words of the question; the first of equals wins.
pub(crate) fn snippet(
    analyzer: &mut TextAnalyzer,
    offer: &Offer,
    asked: &Asked<'_>,
    known: KnownVector<'_>,
) -> String {
    let wanted = real(asked.stems.len()).max(1.0);
    let mut best: Option<(f64, &str)> = None;
    for text in offer.passage_texts().chain(sentences(&offer.description)) {
        let near = known(text).map_or(0.0, |vector| cosine(asked.vector, &vector));
        let share = real(words::shared(analyzer, text, asked.stems)) / wanted;
        let score = near + share;
        if best.is_none_or(|(least, _)| score > least) {
            best = Some((score, text));
        }
    }
    shortened(best.map_or(offer.title.as_str(), |(_, text)| text))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some(_) => {
            let cut: String = text.chars().take(LONGEST - 1).collect();
            format!("{}…", cut.trim_end())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_passage_is_cut_between_characters() {
        let text = "é".repeat(400);

        let cut = shortened(&text);

        assert_eq!(cut.chars().count(), LONGEST);
        assert!(cut.ends_with('…'));
        assert_eq!(shortened("short"), "short");
    }
}
