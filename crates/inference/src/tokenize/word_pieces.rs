//! The tokenizer of the real model.

use tokenizers::Tokenizer;

use super::{SpecialPieces, Tokenize};
use crate::StartError;

/// Splits text with the `tokenizer.json` of a model directory.
///
/// The file of `all-MiniLM-L6-v2` asks for padding to 128 and for truncation; both are switched off
/// here, because windows and padding are the business of this crate.
#[derive(Debug)]
pub struct WordPieces {
    tokenizer: Tokenizer,
    special: SpecialPieces,
}

impl WordPieces {
    /// Reads the bytes of a `tokenizer.json`.
    ///
    /// # Errors
    /// [`StartError::Tokenizer`] if the bytes are no tokenizer or lack a special piece.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StartError> {
        let refuse = |reason: String| StartError::Tokenizer { reason };
        let mut tokenizer =
            Tokenizer::from_bytes(bytes).map_err(|error| refuse(error.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|error| refuse(error.to_string()))?;
        let find = |piece: &str| {
            tokenizer
                .token_to_id(piece)
                .and_then(|id| i32::try_from(id).ok())
                .ok_or_else(|| refuse(format!("it has no piece `{piece}`")))
        };
        let special = SpecialPieces {
            start: find("[CLS]")?,
            end: find("[SEP]")?,
            padding: find("[PAD]")?,
        };
        Ok(Self { tokenizer, special })
    }
}

impl Tokenize for WordPieces {
    fn pieces(&self, text: &str) -> Result<Vec<i32>, String> {
        let encoding = self
            .tokenizer
            .encode_fast(text, false)
            .map_err(|error| error.to_string())?;
        encoding
            .get_ids()
            .iter()
            .map(|id| i32::try_from(*id).map_err(|error| error.to_string()))
            .collect()
    }

    fn special(&self) -> SpecialPieces {
        self.special
    }
}

#[cfg(test)]
mod tests {
    use super::WordPieces;

    #[test]
    fn bytes_that_are_no_tokenizer_are_refused() {
        let sentence = WordPieces::from_bytes(b"{}").unwrap_err().to_string();

        assert!(sentence.contains("run scripts/setup"), "{sentence}");
    }
}
