//! The bytes of an entry that its hash covers, so that a verifier in any language can compute it.
//!
//! An entry is a list of fields, each written as its length in bytes (decimal), `:`, its bytes in UTF-8, and `,`; a field
//! that is NULL is written as `-,`. The fields of encoding 1, in this order: the text `bccb-audit-1`; the entry's number
//! (decimal); the hash of the entry before it (64 lower-case hexadecimal digits; zeros before the first); id; entity type;
//! entity id; action; user id; user e-mail; institution id; changes, as PostgreSQL writes the `jsonb` value as text; IP
//! address; user agent; request id; time of recording as microseconds since 1970-01-01T00:00:00Z (decimal). Ids are UUIDs in
//! lower case with hyphens. The hash is SHA-256. The database computes the same in its function `audit_encoding_1`.
//!
//! Encoding 2 (`audit_encoding_2`) is for entries that name a second institution: it begins with `bccb-audit-2` and has the
//! id of that institution, the counterpart, after the first. Entries without one are still written in encoding 1, which
//! covers no counterpart: an entry in encoding 1 that has one was altered.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A SHA-256.
pub(crate) type Hash = [u8; 32];
/// What stands before the first entry.
pub(crate) const BEGINNING: Hash = [0; 32];

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
    pub(crate) counterpart_institution_id: Option<Uuid>,
    /// As the database writes it as text.
    pub(crate) changes: String,
    pub(crate) ip_address: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Microseconds since 1970.
    pub(crate) created_at: i64,
}

/// The hash of an entry at a place of the chain; `None` when no entry like this one is written in the encoding.
pub(crate) fn entry_hash(
    encoding: i16,
    sequence: u64,
    previous: &Hash,
    entry: &RecordedEntry,
) -> Option<Hash> {
    let uuid = |id: &Uuid| id.hyphenated().to_string();
    let (name, counterpart) = match (encoding, &entry.counterpart_institution_id) {
        (1, None) => ("bccb-audit-1", None),
        (2, Some(counterpart)) => ("bccb-audit-2", Some(Some(uuid(counterpart)))),
        _ => return None,
    };
    let head = [
        Some(name.to_owned()),
        Some(sequence.to_string()),
        Some(hex::encode(previous)),
        Some(uuid(&entry.id)),
        Some(entry.entity_type.clone()),
        Some(uuid(&entry.entity_id)),
        Some(entry.action.clone()),
        entry.user_id.as_ref().map(uuid),
        entry.user_email.clone(),
        entry.institution_id.as_ref().map(uuid),
    ];
    let rest = [
        Some(entry.changes.clone()),
        entry.ip_address.clone(),
        entry.user_agent.clone(),
        entry.request_id.clone(),
        Some(entry.created_at.to_string()),
    ];
    let mut hasher = Sha256::new();
    for field in head.into_iter().chain(counterpart).chain(rest) {
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
    Some(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(counterpart_institution_id: Option<Uuid>) -> RecordedEntry {
        RecordedEntry {
            id: Uuid::from_u128(1),
            entity_type: "USER".into(),
            entity_id: Uuid::from_u128(2),
            action: "LOGIN".into(),
            user_id: None,
            user_email: Some("é@x".into()),
            institution_id: None,
            counterpart_institution_id,
            changes: "{}".into(),
            ip_address: Some(String::new()),
            user_agent: None,
            request_id: None,
            created_at: 1_700_000_000_000_001,
        }
    }

    /// Computed outside of this program: the documented bytes, not this code, say what is right.
    #[test]
    fn the_bytes_are_as_documented() {
        let (of_one, of_two) = (entry(None), entry(Some(Uuid::from_u128(3))));

        let one = entry_hash(1, 7, &BEGINNING, &of_one).map(hex::encode);
        let two = entry_hash(2, 7, &BEGINNING, &of_two).map(hex::encode);

        assert_eq!(
            one.as_deref(),
            Some("fbf68d3d7672045a8ced7e183d99cab13b0819378721d3ef370bc4629498ff88")
        );
        assert_eq!(
            two.as_deref(),
            Some("8f4e3b8ae2979a9a7dd97a328af60c0879be00d30b509f87609d7d403dfd60e4")
        );
    }

    #[test]
    fn no_encoding_is_taken_for_another() {
        let (of_one, of_two) = (entry(None), entry(Some(Uuid::from_u128(3))));

        assert_eq!(entry_hash(1, 7, &BEGINNING, &of_two), None);
        assert_eq!(entry_hash(2, 7, &BEGINNING, &of_one), None);
        assert_eq!(entry_hash(3, 7, &BEGINNING, &of_one), None);
    }
}
