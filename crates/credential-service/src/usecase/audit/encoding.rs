//! Encoding 1: the bytes of an entry that its hash covers, so that a verifier in any language can compute it.
//!
//! An entry is a list of fields, each written as its length in bytes (decimal), `:`, its bytes in UTF-8, and `,`; a field
//! that is NULL is written as `-,`. The fields, in this order: the text `bccb-audit-1`; the entry's number (decimal); the
//! hash of the entry before it (64 lower-case hexadecimal digits; zeros before the first); id; entity type; entity id;
//! action; user id; user e-mail; institution id; changes, as PostgreSQL writes the `jsonb` value as text; IP address;
//! user agent; request id; time of recording as microseconds since 1970-01-01T00:00:00Z (decimal). Ids are UUIDs in lower
//! case with hyphens. The hash is SHA-256. The database computes the same in its function `audit_encoding_1`.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A SHA-256.
pub(crate) type Hash = [u8; 32];
/// What stands before the first entry.
pub(crate) const BEGINNING: Hash = [0; 32];
/// The encoding that this version reads and the database writes.
pub(crate) const ENCODING: i16 = 1;

/// An entry as it was recorded, in the spelling that is hashed.
#[derive(Clone, Debug)]
pub(crate) struct RecordedEntry {
    pub(crate) id: Uuid,
    pub(crate) entity_type: String,
    pub(crate) entity_id: Uuid,
    pub(crate) action: String,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) user_email: Option<String>,
    pub(crate) institution_id: Option<Uuid>,
    /// As the database writes it as text.
    pub(crate) changes: String,
    pub(crate) ip_address: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Microseconds since 1970.
    pub(crate) created_at: i64,
}

/// The hash of an entry at a place of the chain.
pub(crate) fn entry_hash(sequence: u64, previous: &Hash, entry: &RecordedEntry) -> Hash {
    let uuid = |id: &Uuid| id.hyphenated().to_string();
    let fields = [
        Some("bccb-audit-1".to_owned()),
        Some(sequence.to_string()),
        Some(hex::encode(previous)),
        Some(uuid(&entry.id)),
        Some(entry.entity_type.clone()),
        Some(uuid(&entry.entity_id)),
        Some(entry.action.clone()),
        entry.user_id.as_ref().map(uuid),
        entry.user_email.clone(),
        entry.institution_id.as_ref().map(uuid),
        Some(entry.changes.clone()),
        entry.ip_address.clone(),
        entry.user_agent.clone(),
        entry.request_id.clone(),
        Some(entry.created_at.to_string()),
    ];
    let mut hasher = Sha256::new();
    for field in &fields {
        match field {
            Some(text) => {
                hasher.update(text.len().to_string());
                hasher.update(":");
                hasher.update(text);
                hasher.update(",");
            }
            None => hasher.update("-,"),
        }
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed outside of this program: the documented bytes, not this code, say what is right.
    #[test]
    fn the_bytes_are_as_documented() {
        let entry = RecordedEntry {
            id: Uuid::from_u128(1),
            entity_type: "USER".into(),
            entity_id: Uuid::from_u128(2),
            action: "LOGIN".into(),
            user_id: None,
            user_email: Some("é@x".into()),
            institution_id: None,
            changes: "{}".into(),
            ip_address: Some(String::new()),
            user_agent: None,
            request_id: None,
            created_at: 1_700_000_000_000_001,
        };

        let hash = entry_hash(7, &BEGINNING, &entry);

        assert_eq!(
            hex::encode(hash),
            "fbf68d3d7672045a8ced7e183d99cab13b0819378721d3ef370bc4629498ff88"
        );
    }
}
