//! The key of the vector cache.

use sha2::{Digest, Sha256};

/// Hashes the exact text, byte for byte.
///
/// Nothing is normalised first: a text that differs in one space is another text, so a cached vector
/// always is the vector of what was asked.
#[must_use]
pub fn content_hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::content_hash;

    #[test]
    fn the_hash_is_the_sha256_of_the_bytes() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

        assert_eq!(hex::encode(content_hash("abc")), expected);
    }

    #[test]
    fn a_space_makes_another_text() {
        assert_ne!(content_hash("abc"), content_hash("abc "));
    }
}
