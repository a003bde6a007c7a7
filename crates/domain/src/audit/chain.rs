//! What a verification of the record's hash chain has found.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

use crate::id::AuditEntryId;
use crate::vocabulary::vocabularies;

vocabularies! {
    /// What is wrong with the chain, as far as the evidence tells.
    ChainFaultKind {
        /// The entry no longer reads as it was recorded: it was edited, or exchanged with another.
        Altered,
        /// A number of the chain, or the entry that it stands for, is gone.
        Missing,
        /// The entry does not follow from the one before it: something was put in, taken out or moved, and numbered anew.
        Unlinked,
        /// An entry stands in the record that was never linked: it was written past the database's own rules.
        Unchained,
        /// The chain ends before a place that was signed: its tail was cut off, or the record was emptied.
        Cut,
        /// The chain is sound in itself and is not the one that was signed: it was written anew.
        Rewritten,
        /// A signed place does not bear the signature of its key.
        Forged,
    }
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainFault {
    /// What.
    pub kind: ChainFaultKind,
    /// First number of the chain that is not as it was; `None` for an entry that has no number.
    pub sequence: Option<u64>,
    /// The entry, when there is one.
    pub entry_id: Option<AuditEntryId>,
    /// A sentence for people.
    pub message: String,
}

/// A place of the chain that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainAnchor {
    /// Number of the newest entry at that time; numbers have no gaps, so it is their count as well.
    pub sequence: u64,
    /// Its hash, 64 hexadecimal digits.
    pub entry_hash: String,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
    /// Which key signed it: the first 16 hexadecimal digits of the SHA-256 of the public key's 32 bytes.
    pub key_id: String,
    /// Ed25519 signature, 64 bytes.
    pub signature: Vec<u8>,
}

/// What a verification has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainReport {
    /// Entries looked at.
    pub checked: u64,
    /// Number up to which the chain was looked at; go on after it when the verification is not complete.
    pub checked_through: u64,
    /// Hash of that entry, 64 hexadecimal digits; zeros when there is none.
    pub checked_through_hash: String,
    /// Number of the newest entry.
    pub newest: u64,
    /// Whether the end of the chain was reached.
    pub complete: bool,
    /// Signed places that were compared and whose signature is good.
    pub anchors_checked: u64,
    /// Signed places that were compared and whose key is not known here.
    pub anchors_of_unknown_keys: u64,
    /// When the newest signed place was signed.
    pub newest_anchor: Option<DateTime<Utc>>,
    /// The first thing that is wrong; `None` when all that was looked at is sound.
    pub fault: Option<ChainFault>,
    /// Public key of the current signing key (PEM), to verify signed places elsewhere.
    pub public_key: Option<String>,
}
