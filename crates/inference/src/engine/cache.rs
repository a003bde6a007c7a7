//! Vectors of texts seen before.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::Vector;

type Entries = LruCache<[u8; 32], Vector>;

/// Keeps the vectors used most recently, by [`content_hash`](crate::content_hash()).
pub(crate) struct VectorCache {
    /// `None` when switched off.
    entries: Option<Mutex<Entries>>,
}

impl VectorCache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            entries: NonZeroUsize::new(capacity)
                .map(|capacity| Mutex::new(LruCache::new(capacity))),
        }
    }

    pub(crate) fn get_all(&self, keys: &[[u8; 32]]) -> HashMap<[u8; 32], Vector> {
        let Some(mut entries) = self.lock() else {
            return HashMap::new();
        };
        keys.iter()
            .filter_map(|key| entries.get(key).map(|vector| (*key, vector.clone())))
            .collect()
    }

    pub(crate) fn put_all(&self, vectors: &[([u8; 32], Vector)]) {
        if let Some(mut entries) = self.lock() {
            for (key, vector) in vectors {
                entries.put(*key, vector.clone());
            }
        }
    }

    fn lock(&self) -> Option<MutexGuard<'_, Entries>> {
        let entries = self.entries.as_ref()?;
        Some(entries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::VectorCache;
    use crate::Vector;

    fn vector() -> Vector {
        Vector::normalised(vec![1.0])
    }

    #[test]
    fn the_entry_used_least_recently_goes_first() {
        let cache = VectorCache::new(2);
        cache.put_all(&[([1; 32], vector()), ([2; 32], vector())]);
        cache.get_all(&[[1; 32]]);

        cache.put_all(&[([3; 32], vector())]);

        let kept = cache.get_all(&[[1; 32], [2; 32], [3; 32]]);
        assert!(kept.contains_key(&[1; 32]) && kept.contains_key(&[3; 32]));
        assert_eq!(kept.len(), 2);
    }

    #[test]
    fn a_capacity_of_zero_keeps_nothing() {
        let cache = VectorCache::new(0);

        cache.put_all(&[([1; 32], vector())]);

        assert!(cache.get_all(&[[1; 32]]).is_empty());
    }
}
