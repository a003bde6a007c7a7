//! Secrets of webhooks, in the form of Standard Webhooks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Says at a glance what a leaked text is.
const PREFIX: &str = "whsec_";

/// A secret that signs messages: 256 random bits.
pub(crate) struct WebhookSecret([u8; 32]);

impl WebhookSecret {
    /// Makes a new secret from the system's generator.
    pub(crate) fn generate() -> Self {
        Self(rand::random())
    }

    /// What is stored: messages are signed with it.
    pub(crate) const fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret as receivers' libraries take it, for its owner.
    pub(crate) fn into_text(self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(self.0))
    }
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("WebhookSecret")
    }
}
