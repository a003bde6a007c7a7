//! The key that signs places of the audit chain: Ed25519, so that anyone with the public key can verify them elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::Failure;
use domain::audit::ChainAnchor;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// The text is no private key.
#[derive(Debug, thiserror::Error)]
#[error(
    "is not an Ed25519 private key in PKCS#8: make one with `openssl genpkey -algorithm ed25519`"
)]
pub(crate) struct NoKey;

/// A signing key with its public half.
#[derive(Clone)]
pub(crate) struct AuditKey {
    key: SigningKey,
    public_pem: String,
    id: String,
}

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AuditKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What a signature says of an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// It is of this key and good.
    Well,
    /// It claims to be of this key and is not.
    Badly,
    /// It is of another key.
    ByAnother,
}

impl AuditKey {
    /// Reads a private key: PKCS#8 as PEM, or the same without its first and last line, so that it fits on one.
    ///
    /// # Errors
    /// [`NoKey`], which says how to make one.
    pub(crate) fn parse(text: &SecretString) -> Result<Self, NoKey> {
        let body: String = text
            .expose_secret()
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .flat_map(str::chars)
            .filter(|character| !character.is_whitespace())
            .collect();
        let der = STANDARD.decode(body).map_err(|_error| NoKey)?;
        let key = SigningKey::from_pkcs8_der(&der).map_err(|_error| NoKey)?;
        let public_pem = key
            .verifying_key()
            .to_public_key_pem(LineEnding::LF)
            .map_err(|_error| NoKey)?;
        Ok(Self {
            id: key_id(&key.verifying_key()),
            public_pem,
            key,
        })
    }

    /// The public half, as PEM.
    pub(crate) fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// Signs a place of the chain.
    pub(crate) fn sign(&self, sequence: u64, hash: &[u8; 32], now: DateTime<Utc>) -> ChainAnchor {
        let mut anchor = ChainAnchor {
            sequence,
            entry_hash: hex::encode(hash),
            signed_at: now,
            key_id: self.id.clone(),
            signature: Vec::new(),
        };
        anchor.signature = self.key.sign(message(&anchor).as_bytes()).to_vec();
        anchor
    }

    /// Verifies the signature of an anchor.
    pub(crate) fn verify(&self, anchor: &ChainAnchor) -> Signed {
        if anchor.key_id != self.id {
            return Signed::ByAnother;
        }
        let good = Signature::from_slice(&anchor.signature).is_ok_and(|signature| {
            self.key
                .verifying_key()
                .verify_strict(message(anchor).as_bytes(), &signature)
                .is_ok()
        });
        if good { Signed::Well } else { Signed::Badly }
    }
}

fn key_id(key: &VerifyingKey) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
        .chars()
        .take(16)
        .collect()
}

/// What is signed: five lines, each ended by a line feed.
fn message(anchor: &ChainAnchor) -> String {
    format!(
        "bccb-audit-anchor-1\n{}\n{}\n{}\n{}\n",
        anchor.sequence,
        anchor.entry_hash,
        time_text(anchor.signed_at),
        anchor.key_id
    )
}

/// The time as it is signed and exported: UTC with microseconds.
pub(crate) fn time_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// An anchor as one line of JSON.
pub(crate) fn to_line(anchor: &ChainAnchor) -> String {
    serde_json::json!({
        "version": 1,
        "sequence": anchor.sequence,
        "entryHash": anchor.entry_hash,
        "signedAt": time_text(anchor.signed_at),
        "keyId": anchor.key_id,
        "signature": STANDARD.encode(&anchor.signature),
    })
    .to_string()
}

/// Reads an anchor from a line of JSON.
///
/// # Errors
/// `INVALID_FORMAT` for anything else.
pub(crate) fn from_line(line: &str) -> Result<ChainAnchor, Failure> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Line {
        version: u32,
        sequence: u64,
        entry_hash: String,
        signed_at: DateTime<Utc>,
        key_id: String,
        signature: String,
    }
    let unreadable = || Failure::malformed("an anchor cannot be read");
    let line: Line = serde_json::from_str(line).map_err(|error| unreadable().caused_by(error))?;
    if line.version != 1 {
        return Err(Failure::malformed("an anchor is of a later version"));
    }
    Ok(ChainAnchor {
        sequence: line.sequence,
        entry_hash: line.entry_hash,
        signed_at: line.signed_at,
        key_id: line.key_id,
        signature: STANDARD
            .decode(line.signature)
            .map_err(|error| unreadable().caused_by(error))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `openssl genpkey -algorithm ed25519`, for this test.
    const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIPe3zZVuQFxw0ceTMj2n8e+CpJuLp9TMUTx6UpxGXWoF\n-----END PRIVATE KEY-----\n";
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAG/xEhNDR779+3XIS5aH12tPStzxh9jePlltYha5bhds=\n-----END PUBLIC KEY-----\n";

    fn key() -> AuditKey {
        AuditKey::parse(&SecretString::from(PEM)).unwrap()
    }

    #[test]
    fn a_key_of_openssl_is_read_in_both_shapes() {
        let one_line: String = PEM.lines().filter(|line| !line.starts_with('-')).collect();

        assert_eq!(key().public_pem(), PUBLIC);
        let same = AuditKey::parse(&SecretString::from(one_line)).unwrap();
        assert_eq!(same.public_pem(), PUBLIC);
        assert!(AuditKey::parse(&SecretString::from("change-me")).is_err());
    }

    #[test]
    fn what_was_signed_cannot_be_changed() {
        let anchor = key().sign(7, &[9; 32], crate::clock::now());
        let read = from_line(&to_line(&anchor)).unwrap();
        let later = ChainAnchor {
            sequence: 8,
            ..anchor.clone()
        };
        let elsewhere = ChainAnchor {
            key_id: "0000000000000000".into(),
            ..anchor.clone()
        };

        assert_eq!(read, anchor);
        assert_eq!(key().verify(&read), Signed::Well);
        assert_eq!(key().verify(&later), Signed::Badly);
        assert_eq!(key().verify(&elsewhere), Signed::ByAnother);
    }
}
