//! Who may enter: the bound on work in memory.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{EmbedError, Priority};

/// Counts the texts in work; a quarter of the places is kept for interactive callers.
///
/// Without that quarter, one import would fill the queue and every search would be refused.
pub(crate) struct Admission {
    all: Arc<Semaphore>,
    bulk: Arc<Semaphore>,
    capacity: usize,
    bulk_capacity: usize,
}

/// Holds places until it is dropped.
pub(crate) struct Permit {
    _all: OwnedSemaphorePermit,
    _bulk: Option<OwnedSemaphorePermit>,
}

impl Admission {
    pub(crate) fn new(capacity: usize) -> Self {
        let bulk_capacity = capacity - capacity / 4;
        Self {
            all: Arc::new(Semaphore::new(capacity)),
            bulk: Arc::new(Semaphore::new(bulk_capacity)),
            capacity,
            bulk_capacity,
        }
    }

    /// Refuses a request that could not enter even if nothing else were in work.
    pub(crate) const fn check(&self, texts: usize, priority: Priority) -> Result<(), EmbedError> {
        let limit = match priority {
            Priority::Interactive => self.capacity,
            Priority::Bulk => self.bulk_capacity,
        };
        if texts > limit {
            return Err(EmbedError::TooManyTexts {
                given: texts,
                limit,
            });
        }
        Ok(())
    }

    /// Takes a place for each text, or none.
    pub(crate) fn enter(&self, texts: usize, priority: Priority) -> Option<Permit> {
        let texts = u32::try_from(texts).ok()?;
        let take = |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_many_owned(texts).ok();
        let bulk = match priority {
            Priority::Interactive => None,
            Priority::Bulk => Some(take(&self.bulk)?),
        };
        Some(Permit {
            _all: take(&self.all)?,
            _bulk: bulk,
        })
    }

    /// Places that are free for interactive texts.
    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.all.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use super::Admission;
    use crate::{EmbedError, Priority};

    #[test]
    fn bulk_cannot_take_the_places_of_interactive_callers() {
        let admission = Admission::new(8);
        let import = admission.enter(6, Priority::Bulk);

        assert!(import.is_some());
        assert!(admission.enter(1, Priority::Bulk).is_none());
        assert!(admission.enter(2, Priority::Interactive).is_some());
    }

    #[test]
    fn places_come_back_when_the_permit_is_dropped() {
        let admission = Admission::new(4);
        let permit = admission.enter(3, Priority::Bulk);
        assert_eq!(admission.free(), 1);

        drop(permit);

        assert_eq!(admission.free(), 4);
        assert!(admission.enter(3, Priority::Bulk).is_some());
    }

    #[test]
    fn a_bulk_request_that_is_refused_keeps_no_place() {
        let admission = Admission::new(4);
        let busy = admission.enter(4, Priority::Interactive);
        assert!(admission.enter(1, Priority::Bulk).is_none());

        drop(busy);

        assert!(admission.enter(3, Priority::Bulk).is_some());
    }

    #[test]
    fn a_request_that_never_fits_is_told_its_limit() {
        let refused = Admission::new(8).check(7, Priority::Bulk);

        assert_eq!(
            refused,
            Err(EmbedError::TooManyTexts { given: 7, limit: 6 })
        );
    }

    #[test]
    fn one_place_serves_both_classes() {
        let admission = Admission::new(1);

        assert!(admission.enter(1, Priority::Bulk).is_some());
    }
}
