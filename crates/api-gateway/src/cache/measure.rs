//! `cache_hits_total`, `cache_misses_total`, `cache_stale_total` and `cache_hit_rate`.

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::{Counter, Gauge, counter, gauge};

use super::key::Kind;

/// Where an answer was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// In this process.
    Local,
    /// In Redis.
    Shared,
    /// Nowhere: it was read.
    Catalogue,
}

/// Measures of one kind; the handles are looked up once.
struct OfKind {
    local: Counter,
    shared: Counter,
    misses: Counter,
    stale: Counter,
    rate: Gauge,
    hits: AtomicU64,
    asked: AtomicU64,
}

impl OfKind {
    fn new(kind: Kind) -> Self {
        let name = kind.name();
        Self {
            local: counter!("cache_hits_total", "cache" => name, "level" => "process"),
            shared: counter!("cache_hits_total", "cache" => name, "level" => "redis"),
            misses: counter!("cache_misses_total", "cache" => name),
            stale: counter!("cache_stale_total", "cache" => name),
            rate: gauge!("cache_hit_rate", "cache" => name),
            hits: AtomicU64::new(0),
            asked: AtomicU64::new(0),
        }
    }

    fn asked(&self, hit: bool) {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let hits = self.hits.fetch_add(u64::from(hit), Ordering::Relaxed) + u64::from(hit);
        self.rate.set(ratio(hits, asked));
    }
}

/// A share between 0 and 1, in thousandths.
fn ratio(part: u64, whole: u64) -> f64 {
    let thousandths = part.saturating_mul(1_000) / whole.max(1);
    f64::from(u32::try_from(thousandths).unwrap_or(1_000).min(1_000)) / 1_000.0
}

/// Measures of the cache.
pub(super) struct Measures(Vec<OfKind>);

impl std::fmt::Debug for Measures {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Measures")
    }
}

impl Measures {
    pub(super) fn new() -> Self {
        Self(Kind::ALL.into_iter().map(OfKind::new).collect())
    }

    fn of(&self, kind: Kind) -> Option<&OfKind> {
        let place = Kind::ALL.into_iter().position(|other| other == kind)?;
        self.0.get(place)
    }

    /// An answer was found.
    pub(super) fn hit(&self, kind: Kind, level: Level) {
        if let Some(of) = self.of(kind) {
            match level {
                Level::Local => of.local.increment(1),
                Level::Shared => of.shared.increment(1),
                Level::Catalogue => {}
            }
            of.asked(true);
        }
    }

    /// An answer was read, or could not be.
    pub(super) fn miss(&self, kind: Kind) {
        if let Some(of) = self.of(kind) {
            of.misses.increment(1);
            of.asked(false);
        }
    }

    /// An answer was served that may be too old.
    pub(super) fn stale(&self, kind: Kind) {
        if let Some(of) = self.of(kind) {
            of.stale.increment(1);
            of.asked(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_between_none_and_all() {
        assert!((ratio(0, 0) - 0.0).abs() < 1e-9);
        assert!((ratio(1, 3) - 0.333).abs() < 1e-9);
        assert!((ratio(3, 3) - 1.0).abs() < 1e-9);
    }
}
