//! A tokenizer without a vocabulary file.

use super::{SpecialPieces, Tokenize};
use crate::content_hash;

/// Makes one piece per word from a hash of the word; goes with
/// [`Deterministic`](crate::backend::Deterministic) in tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Words;

impl Tokenize for Words {
    fn pieces(&self, text: &str) -> Result<Vec<i32>, String> {
        Ok(text
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| piece(&word.to_lowercase()))
            .collect())
    }

    fn special(&self) -> SpecialPieces {
        SpecialPieces {
            start: 1,
            end: 2,
            padding: 0,
        }
    }
}

/// Maps a word to an id that is no special piece.
fn piece(word: &str) -> i32 {
    let [first, second, third, ..] = content_hash(word);
    1_000 + i32::from_be_bytes([0, first, second, third])
}

#[cfg(test)]
mod tests {
    use super::{Tokenize, Words};

    #[test]
    fn case_and_punctuation_do_not_make_another_word() {
        assert_eq!(Words.pieces("Data, mining!"), Words.pieces("data mining"));
    }

    #[test]
    fn no_word_is_a_special_piece() {
        let pieces = Words.pieces("a b c d e f g").unwrap();

        assert!(pieces.iter().all(|piece| *piece >= 1_000));
    }
}
