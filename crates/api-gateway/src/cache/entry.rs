//! One entry, and how it stands in Redis.
//!
//! Whatever Redis returns is judged before it is used: the entry carries a keyed checksum over everything, its own name and its kind, so
//! that rubbish, a cut entry, an entry of another version or one that was copied under another name is a miss.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::web::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::key::Key;
use crate::response::Written;

/// Version of the format.
const FORMAT: u8 = 1;
/// Bytes of the checksum in front.
const CHECKSUM_BYTES: usize = 32;
/// Entries beyond this are not shared.
const LARGEST: usize = 512 * 1024;

/// What stands between checksum and bodies, as one line of JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: u8,
    kind: String,
    key: String,
    /// When it was read, in milliseconds since 1970.
    read_at: u64,
    /// How far the shared counters were.
    generations: Vec<String>,
    tag: String,
    version: Option<i64>,
    /// Bytes of `data`; the rest is `pagination`.
    data: usize,
}

/// Seals entries and opens sealed ones.
pub(super) struct Seal(Hmac<Sha256>);

impl std::fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seal")
    }
}

impl Seal {
    /// A seal that only holders of the secret can make.
    pub(super) fn new(secret: &SecretString) -> Option<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
        mac.update(b"bccb cache\0");
        Some(Self(mac))
    }

    /// The bytes for Redis; `None` for what is too large to be shared.
    pub(super) fn close(
        &self,
        key: &Key,
        read: &Written,
        generations: &[String],
    ) -> Option<Vec<u8>> {
        let head = Head {
            format: FORMAT,
            kind: key.kind.name().to_owned(),
            key: key.text.clone(),
            read_at: now_ms(),
            generations: generations.to_vec(),
            tag: read.tag.clone(),
            version: read.version,
            data: read.data.len(),
        };
        let head = serde_json::to_vec(&head).ok()?;
        let size = CHECKSUM_BYTES + head.len() + 1 + read.data.len() + read.pagination.len();
        if size > LARGEST {
            return None;
        }
        let mut sealed = Vec::with_capacity(size);
        sealed.extend_from_slice(&[0; CHECKSUM_BYTES]);
        sealed.extend_from_slice(&head);
        sealed.push(b'\n');
        sealed.extend_from_slice(&read.data);
        sealed.extend_from_slice(&read.pagination);
        let (front, rest) = sealed.split_at_mut_checked(CHECKSUM_BYTES)?;
        let checksum = self.0.clone().chain_update(&*rest).finalize().into_bytes();
        front.copy_from_slice(&checksum);
        Some(sealed)
    }

    /// The entry and its age, when it is sound, ours, of this key, and no counter has moved since.
    pub(super) fn open(
        &self,
        key: &Key,
        sealed: &[u8],
        generations: &[String],
    ) -> Option<(Written, Duration)> {
        let (checksum, rest) = sealed.split_at_checked(CHECKSUM_BYTES)?;
        self.0
            .clone()
            .chain_update(rest)
            .verify_slice(checksum)
            .ok()?;
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (head, bodies) = rest.split_at_checked(end)?;
        let head: Head = serde_json::from_slice(head).ok()?;
        let ours = head.format == FORMAT
            && head.kind == key.kind.name()
            && head.key == key.text
            && head.generations == generations;
        if !ours {
            return None;
        }
        let (data, pagination) = bodies.get(1..)?.split_at_checked(head.data)?;
        let age = Duration::from_millis(now_ms().saturating_sub(head.read_at));
        let written = Written {
            data: Bytes::copy_from_slice(data),
            pagination: Bytes::copy_from_slice(pagination),
            tag: head.tag,
            version: head.version,
        };
        Some((written, age))
    }
}

fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}

#[cfg(test)]
mod tests {
    use domain::id::MicroCredentialId;

    use super::*;

    fn seal(secret: &str) -> Seal {
        Seal::new(&secret.into()).unwrap()
    }

    fn written() -> Written {
        Written {
            data: Bytes::from_static(br#"{"id":1}"#),
            pagination: Bytes::from_static(br#"{"page":1}"#),
            tag: "\"3-abc\"".into(),
            version: Some(3),
        }
    }

    #[test]
    fn a_sound_entry_comes_back_whole() {
        let (seal, key) = (seal("k"), Key::credential(MicroCredentialId::generate()));
        let generations = ["a".to_owned(), "b".to_owned()];
        let sealed = seal.close(&key, &written(), &generations).unwrap();

        let (opened, age) = seal.open(&key, &sealed, &generations).unwrap();

        assert_eq!(opened, written());
        assert!(age < Duration::from_secs(60));
    }

    #[test]
    fn anything_else_is_a_miss() {
        let (ours, key) = (seal("k"), Key::credential(MicroCredentialId::generate()));
        let generations = ["a".to_owned()];
        let sealed = ours.close(&key, &written(), &generations).unwrap();
        let other_key = Key::credential(MicroCredentialId::generate());
        let foreign = seal("another secret")
            .close(&key, &written(), &generations)
            .unwrap();

        assert!(ours.open(&other_key, &sealed, &generations).is_none());
        assert!(ours.open(&key, &foreign, &generations).is_none());
        assert!(ours.open(&key, &sealed, &["b".to_owned()]).is_none());
        for length in 0..sealed.len() {
            assert!(ours.open(&key, &sealed[..length], &generations).is_none());
        }
        for place in 0..sealed.len() {
            let mut spoilt = sealed.clone();
            spoilt[place] ^= 1;
            assert!(
                ours.open(&key, &spoilt, &generations).is_none(),
                "byte {place}"
            );
        }
    }
}
