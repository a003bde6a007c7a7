//! What entries depend on, counted: an entry holds as long as none of its counters has moved since before it was read.
//!
//! This settles the race between a slow read and a change: the counters are taken before the read begins, so a value that was read
//! before the change never counts as fresh after it, whenever it arrives.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Counters among which micro-credentials are spread.
const STRIPES: u16 = 256;
/// Counters that are not stripes.
const WHOLE: u16 = 8;
/// Most counters that one entry depends on.
pub(super) const MOST: usize = 5;

/// One counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mark(u16);

impl Mark {
    /// Moved when changes may have been missed.
    pub(crate) const EVERYTHING: Self = Self(0);
    /// Any institution.
    pub(crate) const INSTITUTIONS: Self = Self(1);
    /// Any micro-credential.
    pub(crate) const CREDENTIALS: Self = Self(2);
    /// Something that belongs to micro-credentials which are not known.
    pub(crate) const CREDENTIAL_PARTS: Self = Self(3);
    /// Any recognition.
    pub(crate) const RECOGNITIONS: Self = Self(4);
    /// Any pathway.
    pub(crate) const PATHWAYS: Self = Self(5);

    /// One micro-credential, and the few others that share its counter.
    pub(crate) fn credential(id: Uuid) -> Self {
        Self(WHOLE + stripe(id))
    }

    /// Name of the counter in Redis.
    pub(super) const fn number(self) -> u16 {
        self.0
    }
}

fn stripe(id: Uuid) -> u16 {
    // The last bytes of a version 7 identifier are random.
    let [.., byte] = id.into_bytes();
    u16::from(byte) % STRIPES
}

/// How far some counters were at one moment.
pub(super) type Seen = [u64; MOST];

/// The counters of this process.
#[derive(Debug)]
pub(super) struct Generations(Vec<AtomicU64>);

impl Generations {
    pub(super) fn new() -> Self {
        let all = WHOLE + STRIPES;
        Self((0..all).map(|_| AtomicU64::new(0)).collect())
    }

    /// Moves a counter: what depends on it is not fresh any more.
    pub(super) fn advance(&self, mark: Mark) {
        if let Some(counter) = self.0.get(usize::from(mark.0)) {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// How far these counters are.
    pub(super) fn of(&self, marks: &[Mark; MOST]) -> Seen {
        marks.map(|mark| {
            self.0
                .get(usize::from(mark.0))
                .map_or(0, |counter| counter.load(Ordering::SeqCst))
        })
    }
}

/// Whether what was read at `seen` is no older than what a reader finds who came at `arrived`.
pub(super) fn is_as_new(seen: &Seen, arrived: &Seen) -> bool {
    seen.iter()
        .zip(arrived)
        .all(|(seen, arrived)| seen >= arrived)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_apart_and_in_range() {
        let generations = Generations::new();
        let id: Uuid = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4eff".parse().unwrap();
        let marks = [
            Mark::EVERYTHING,
            Mark::credential(id),
            Mark::INSTITUTIONS,
            Mark::RECOGNITIONS,
            Mark::PATHWAYS,
        ];

        generations.advance(Mark::credential(id));
        generations.advance(Mark::RECOGNITIONS);
        generations.advance(Mark::RECOGNITIONS);

        assert_eq!(generations.of(&marks), [0, 1, 0, 2, 0]);
        assert!(!is_as_new(&[0; MOST], &generations.of(&marks)));
        assert!(is_as_new(&generations.of(&marks), &[0; MOST]));
    }
}
