//! Walks along the chain and stops at the first link that does not hold. Pure: it is handed rows, in their order.

use domain::audit::{ChainFault, ChainFaultKind};
use uuid::Uuid;

use super::encoding::{BEGINNING, Hash, RecordedEntry, entry_hash};

/// One link of the chain with the entry it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Number, from 1.
    pub(crate) sequence: u64,
    /// Which encoding was hashed.
    pub(crate) encoding: i16,
    /// Hash of the link before.
    pub(crate) previous_hash: Vec<u8>,
    /// Hash of this link.
    pub(crate) entry_hash: Vec<u8>,
    /// Identifier of the entry.
    pub(crate) entry_id: Uuid,
    /// The entry; `None` when it is gone.
    pub(crate) entry: Option<RecordedEntry>,
}

/// Where a walk stands.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    sequence: u64,
    hash: Hash,
    checked: u64,
}

impl Walk {
    /// A walk from the first entry on.
    pub(crate) const fn from_the_beginning() -> Self {
        Self::after(0, BEGINNING)
    }

    /// A walk that goes on after a link.
    pub(crate) const fn after(sequence: u64, hash: Hash) -> Self {
        Self {
            sequence,
            hash,
            checked: 0,
        }
    }

    /// Number of the last link that holds.
    pub(crate) const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Its hash.
    pub(crate) const fn hash(&self) -> &Hash {
        &self.hash
    }

    /// Links that hold.
    pub(crate) const fn checked(&self) -> u64 {
        self.checked
    }

    /// Takes the next links.
    ///
    /// # Errors
    /// The first fault; the walk then stands before it.
    pub(crate) fn take(&mut self, links: &[Link]) -> Result<(), ChainFault> {
        links.iter().try_for_each(|link| self.step(link))
    }

    fn step(&mut self, link: &Link) -> Result<(), ChainFault> {
        let expected = self.sequence + 1;
        let fault = |kind, sequence, message: String| ChainFault {
            kind,
            sequence: Some(sequence),
            entry_id: Some(link.entry_id.into()),
            message,
        };
        if link.sequence != expected {
            return Err(ChainFault {
                entry_id: None,
                ..fault(
                    ChainFaultKind::Missing,
                    expected,
                    format!(
                        "number {expected} is missing: the chain goes on with {}",
                        link.sequence
                    ),
                )
            });
        }
        let Some(entry) = &link.entry else {
            return Err(fault(
                ChainFaultKind::Missing,
                expected,
                format!("the entry with number {expected} is no longer in the record"),
            ));
        };
        if link.previous_hash != self.hash {
            return Err(fault(
                ChainFaultKind::Unlinked,
                expected,
                format!("the entry with number {expected} does not follow from the one before it"),
            ));
        }
        let hash = entry_hash(link.encoding, expected, &self.hash, entry)
            .filter(|hash| link.entry_hash == *hash);
        let Some(hash) = hash else {
            return Err(fault(
                ChainFaultKind::Altered,
                expected,
                format!("the entry with number {expected} no longer reads as it was recorded"),
            ));
        };
        self.sequence = expected;
        self.hash = hash;
        self.checked += 1;
        Ok(())
    }
}
