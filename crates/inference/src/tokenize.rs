//! Text to windows of word pieces.
//!
//! The model reads at most `max_tokens` pieces, `[CLS]` and `[SEP]` included. A longer text is split
//! into windows of `max_tokens - 2` content pieces that follow each other without overlap and without
//! regard to sentences; each becomes a row of its own and the vectors are pooled
//! ([`Engine::embed`](crate::Engine::embed)). Nothing is ever cut off: a text that needs more than
//! [`MAX_WINDOWS`] windows is refused.

mod lanes;
mod pool;
mod word_pieces;
mod words;

pub(crate) use lanes::Lanes;
pub(crate) use pool::{Job, TokenizerPool};
pub use word_pieces::WordPieces;
pub use words::Words;

/// Windows that one text may use; with 254 content pieces each about 12,000 words.
pub const MAX_WINDOWS: usize = 64;

/// Bytes that one text may have, checked before the tokenizer sees it.
///
/// Generous for the windows above (16 bytes per piece); without it, white space or a single endless
/// word would cost tokenizer time that no window bound limits.
pub const MAX_BYTES: usize = MAX_WINDOWS * 256 * 16;

/// Pieces that frame and fill the rows of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpecialPieces {
    /// First piece of every row.
    pub start: i32,
    /// Last piece of every row.
    pub end: i32,
    /// Fills a row up to the longest of its batch.
    pub padding: i32,
}

/// Turns text into the ids of content pieces; shared by all tokenizer threads.
pub trait Tokenize: Send + Sync {
    /// Returns the ids of the whole text, without special pieces, padding or truncation.
    ///
    /// # Errors
    /// A sentence for the log if the text cannot be tokenized.
    fn pieces(&self, text: &str) -> Result<Vec<i32>, String>;

    /// The special pieces of this vocabulary.
    fn special(&self) -> SpecialPieces;
}

/// Holds one row for the model: `[CLS]`, up to `max_tokens - 2` content pieces, `[SEP]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    /// Ids, special pieces included.
    pub(crate) ids: Vec<i32>,
}

impl Window {
    /// Content pieces: the weight of the window when the text is pooled.
    pub(crate) fn content(&self) -> usize {
        self.ids.len().saturating_sub(2)
    }
}

/// Says why a text has no windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoWindows {
    Empty,
    TooLong,
    Failed(String),
}

/// Splits a text into its windows.
pub(crate) fn windows(
    tokenizer: &dyn Tokenize,
    text: &str,
    max_tokens: usize,
) -> Result<Vec<Window>, NoWindows> {
    if text.trim().is_empty() {
        return Err(NoWindows::Empty);
    }
    if text.len() > MAX_BYTES {
        return Err(NoWindows::TooLong);
    }
    let pieces = tokenizer.pieces(text).map_err(NoWindows::Failed)?;
    if pieces.is_empty() {
        return Err(NoWindows::Empty);
    }
    let content = max_tokens.saturating_sub(2).max(1);
    if pieces.len() > content.saturating_mul(MAX_WINDOWS) {
        return Err(NoWindows::TooLong);
    }
    let special = tokenizer.special();
    Ok(pieces
        .chunks(content)
        .map(|chunk| {
            let mut ids = Vec::with_capacity(chunk.len() + 2);
            ids.push(special.start);
            ids.extend_from_slice(chunk);
            ids.push(special.end);
            Window { ids }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_BYTES, MAX_WINDOWS, NoWindows, Tokenize, Words, windows};

    fn text_of(words: usize) -> String {
        vec!["word"; words].join(" ")
    }

    #[test]
    fn a_text_without_content_has_no_windows() {
        for text in ["", "  ", "\n\t\u{3000}"] {
            assert_eq!(windows(&Words, text, 256), Err(NoWindows::Empty));
        }
    }

    #[test]
    fn the_longest_text_of_one_window_fills_it() {
        assert_eq!(windows(&Words, &text_of(254), 256).unwrap().len(), 1);
        assert_eq!(windows(&Words, &text_of(255), 256).unwrap().len(), 2);
    }

    #[test]
    fn too_many_windows_are_refused() {
        let most = 8 * MAX_WINDOWS;

        assert!(windows(&Words, &text_of(most), 10).is_ok());
        assert_eq!(
            windows(&Words, &text_of(most + 1), 10),
            Err(NoWindows::TooLong)
        );
    }

    #[test]
    fn too_many_bytes_are_refused_before_they_are_tokenized() {
        let padded = format!("word{}", " ".repeat(MAX_BYTES));

        assert_eq!(windows(&Words, &padded, 256), Err(NoWindows::TooLong));
    }

    proptest! {
        #[test]
        fn the_windows_hold_every_piece_once_and_in_order(words in 1_usize..500, max_tokens in 10_usize..64) {
            let text = (0..words).map(|i| format!("w{i}")).collect::<Vec<_>>().join(" ");

            let windows = windows(&Words, &text, max_tokens).unwrap();

            let special = Words.special();
            let mut seen = Vec::new();
            for window in &windows {
                prop_assert!(window.ids.len() <= max_tokens);
                prop_assert_eq!(window.ids.first(), Some(&special.start));
                prop_assert_eq!(window.ids.last(), Some(&special.end));
                prop_assert_eq!(window.content() + 2, window.ids.len());
                seen.extend_from_slice(&window.ids[1..window.ids.len() - 1]);
            }
            prop_assert_eq!(seen, Words.pieces(&text).unwrap());
        }
    }
}
