//! Tokens of one-time links: 256 random bits, stored as SHA-256.

use std::fmt;

use sha2::{Digest, Sha256};

/// Says at a glance what a leaked text is.
const PREFIX: &str = "bccbo_";
const BYTES: usize = 32;

/// A token in the clear; it leaves in one mail.
pub(crate) struct OneTimeToken(String);

impl OneTimeToken {
    /// Makes a new token from the system's generator.
    pub(crate) fn generate() -> Self {
        let secret: [u8; BYTES] = rand::random();
        Self(format!("{PREFIX}{}", hex::encode(secret)))
    }

    /// Reads a token that somebody presents; `None` when it cannot be one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        let well_formed =
            digits.len() == BYTES * 2 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        well_formed.then(|| Self(text.to_owned()))
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The address of a page of the web app that uses the token. It stands behind the `#`, so that no server on the way logs it.
    pub(crate) fn link(&self, public_url: &str, page: &str) -> String {
        format!(
            "{}/{page}#token={}",
            public_url.trim_end_matches('/'),
            self.0
        )
    }
}

impl fmt::Debug for OneTimeToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OneTimeToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_from_its_link() {
        let token = OneTimeToken::generate();

        let link = token.link("https://bccb.example/", "reset-password");

        let (page, text) = link.split_once("#token=").unwrap();
        assert_eq!(page, "https://bccb.example/reset-password");
        assert_eq!(OneTimeToken::parse(text).unwrap().hash(), token.hash());
        assert!(OneTimeToken::parse("bccbo_").is_none());
    }
}
