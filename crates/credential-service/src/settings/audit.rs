//! Settings of the record of decisions.

use std::path::PathBuf;

use domain::Failure;
use secrecy::SecretString;
use service_runtime::settings::{Reader, Setting};

use crate::secret::audit_key::AuditKey;

pub(super) const SIGNING_KEY: Setting = Setting::new(
    "AUDIT_SIGNING_KEY",
    "Ed25519 private key that signs places of the audit chain: PKCS#8 as `openssl genpkey -algorithm ed25519` writes it, with or without its first and last line. Unset: nothing is signed, so a record that was cut off or written anew by somebody with every right on the database looks sound.",
)
.secret();
pub(super) const ANCHOR_DIR: Setting = Setting::new(
    "AUDIT_ANCHOR_DIR",
    "Folder that signed places of the audit chain are appended to as JSON lines; keep it out of reach of whoever administers the database. Unset: they are kept in the database alone, where that person can remove them.",
);

/// How the record of decisions is signed.
#[derive(Clone, Debug)]
pub struct AuditSettings {
    /// The signing key as it was given.
    pub signing_key: Option<SecretString>,
    /// Where signed places go.
    pub anchor_folder: Option<PathBuf>,
}

impl AuditSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let signing_key = reader.optional_secret("AUDIT_SIGNING_KEY");
        let good = signing_key
            .as_ref()
            .is_none_or(|key| AuditKey::parse(key).is_ok());
        reader.check(
            good,
            "AUDIT_SIGNING_KEY",
            "is not an Ed25519 private key in PKCS#8",
            "make one with `openssl genpkey -algorithm ed25519`",
        );
        Self {
            signing_key,
            anchor_folder: reader.optional("AUDIT_ANCHOR_DIR"),
        }
    }

    /// The signing key, if there is one.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when it cannot be read, which [`AuditSettings::read`] has told before.
    pub(crate) fn key(&self) -> Result<Option<AuditKey>, Failure> {
        self.signing_key
            .as_ref()
            .map(AuditKey::parse)
            .transpose()
            .map_err(Failure::internal)
    }
}
