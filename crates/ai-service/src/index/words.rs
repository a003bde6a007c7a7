//! Words as the index sees them: lower case, without accents, without stop words, reduced to their stems.

use std::collections::BTreeSet;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer,
    StopWordFilter, TextAnalyzer,
};

/// Longer "words" are no words.
const LONGEST: usize = 40;

/// The analyzer of every text field and of every question.
pub(crate) fn analyzer() -> TextAnalyzer {
    let words = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter);
    match StopWordFilter::new(Language::English) {
        Some(stop_words) => words
            .filter(stop_words)
            .filter(Stemmer::new(Language::English))
            .build(),
        None => words.filter(Stemmer::new(Language::English)).build(),
    }
}

/// The stems of a text, each once.
pub(crate) fn stems(analyzer: &mut TextAnalyzer, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut stream = analyzer.token_stream(text);
    while stream.advance() {
        found.insert(stream.token().text.clone());
    }
    found
}

/// How many of the wanted stems a text holds.
pub(crate) fn shared(analyzer: &mut TextAnalyzer, text: &str, wanted: &BTreeSet<String>) -> usize {
    stems(analyzer, text).intersection(wanted).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        let mut analyzer = analyzer();

        let one = stems(&mut analyzer, "Managing the projects");
        let other = stems(&mut analyzer, "manage a PROJECT");

        assert_eq!(one, other);
        assert_eq!(one.len(), 2, "stop words are not words: {one:?}");
    }
}
