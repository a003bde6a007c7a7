//! The rule for keys that sign tokens.

use std::collections::BTreeSet;

/// Shortest key accepted anywhere: the output size of HMAC-SHA-256 (RFC 7518, section 3.2).
pub const MINIMUM_BYTES: usize = 32;

/// Fewer different bytes than this is a pattern, not a random key.
const MINIMUM_DIFFERENT_BYTES: usize = 8;

/// Long enough that a random key practically never holds one of them.
const PLACEHOLDER_WORDS: [&str; 8] = [
    "change",
    "secret",
    "example",
    "placeholder",
    "password",
    "default",
    "insecure",
    "development",
];

/// Judges a signing key; returns why it is refused.
///
/// Short keys are refused everywhere; keys that look like a placeholder are refused in production.
///
/// # Errors
/// The reason, in words for the operator, without any part of the key.
pub fn judge(secret: &str, production: bool) -> Result<(), &'static str> {
    if secret.len() < MINIMUM_BYTES {
        return Err("must have at least 32 bytes");
    }
    if production && looks_like_placeholder(secret) {
        return Err("looks like a placeholder, which production does not accept");
    }
    Ok(())
}

fn looks_like_placeholder(secret: &str) -> bool {
    let lower = secret.to_lowercase();
    let different_bytes: BTreeSet<u8> = lower.bytes().collect();
    different_bytes.len() < MINIMUM_DIFFERENT_BYTES
        || PLACEHOLDER_WORDS.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn a_short_key_is_refused_everywhere() {
        assert!(judge("k3XvB91qLmZ0pT7w", false).is_err());
        assert!(judge("k3XvB91qLmZ0pT7w", true).is_err());
    }

    #[test]
    fn a_placeholder_is_refused_in_production_only() {
        for placeholder in [
            "change-me-in-production-please-now",
            "your-SECRET-key-goes-here-0123456789",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abababababababababababababababababababab",
        ] {
            assert!(judge(placeholder, true).is_err(), "{placeholder}");
            assert!(judge(placeholder, false).is_ok(), "{placeholder}");
        }
    }

    #[test]
    fn a_random_key_is_accepted() {
        assert!(judge("f0b3a1c29d8e47566a7b8c9d0e1f2a3b4c5d6e7f8091a2b3", true).is_ok());
    }
}
