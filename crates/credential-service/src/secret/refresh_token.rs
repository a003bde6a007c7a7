//! Refresh tokens: the tag of a session, then 256 random bits; stored as SHA-256.
//!
//! The tag stays the same as one token follows the other: it is no secret, and lets a gateway count the refreshes of a
//! session without asking whose token it is.

use std::fmt;

use domain::Failure;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest, Sha256};

/// Says at a glance what a leaked text is.
const PREFIX: &str = "bccbr_";
const BYTES: usize = 32;
/// Bytes of the tag.
const TAG_BYTES: usize = 8;

/// A refresh token in the clear; it is handed out once.
pub(crate) struct RefreshToken(String);

impl RefreshToken {
    /// Makes the first token of a session from the system's generator.
    pub(crate) fn generate() -> Self {
        let (tag, secret): ([u8; TAG_BYTES], [u8; BYTES]) = (rand::random(), rand::random());
        Self(format!(
            "{PREFIX}{}{}",
            hex::encode(tag),
            hex::encode(secret)
        ))
    }

    /// Reads a token that somebody presents; `None` when it cannot be one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        let well_formed = digits.len() == (TAG_BYTES + BYTES) * 2
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The token that follows this one: whoever has this token and the salt makes the same one again.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when the library refuses the key, which it does for no length.
    pub(crate) fn successor(&self, salt: &[u8]) -> Result<Self, Failure> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).map_err(Failure::internal)?;
        mac.update(salt);
        let secret = mac.finalize().into_bytes();
        let tagged = PREFIX.len() + TAG_BYTES * 2;
        let tag = self.0.get(..tagged).unwrap_or(PREFIX);
        Ok(Self(format!("{tag}{}", hex::encode(secret))))
    }

    /// What is stored of it. A fast hash is enough: 256 random bits cannot be guessed.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The token itself, for its owner.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RefreshToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_nothing_else_is() {
        let token = RefreshToken::generate();
        let hash = token.hash();
        let text = token.into_text();

        assert_eq!(RefreshToken::parse(&text).unwrap().hash(), hash);
        for other in ["", "bccbr_", "bccbr_zz", "x", text.trim_start_matches('b')] {
            assert!(RefreshToken::parse(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_successor_needs_both_the_token_and_the_salt() {
        let token = RefreshToken::generate();
        let text = |token: &RefreshToken, salt: &[u8]| token.successor(salt).unwrap().into_text();

        assert_eq!(text(&token, &[1; 32]), text(&token, &[1; 32]));
        assert_ne!(text(&token, &[1; 32]), text(&token, &[2; 32]));
        assert_ne!(
            text(&token, &[1; 32]),
            text(&RefreshToken::generate(), &[1; 32])
        );
        let next = RefreshToken::parse(&text(&token, &[1; 32])).unwrap();
        let tag = |token: &RefreshToken| {
            token
                .0
                .get(..PREFIX.len() + 2 * TAG_BYTES)
                .map(str::to_owned)
        };
        assert_eq!(tag(&next), tag(&token));
        assert_ne!(tag(&next), tag(&RefreshToken::generate()));
    }
}
