//! Offers by key. Keys count up and are never used twice, so that a hit of an older text index cannot mean another offer.

use std::sync::Arc;

use super::document::Offer;

/// A table of offers; looking one up costs an array access, which searches do for every offer.
#[derive(Default)]
pub(super) struct Slots(Vec<Option<Arc<Offer>>>);

impl Slots {
    /// The key of an offer that is new.
    pub(super) fn next_key(&self) -> u64 {
        crate::number::wide(self.0.len())
    }

    /// One more than the greatest key.
    pub(super) fn end(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, key: u64) -> Option<&Arc<Offer>> {
        self.0.get(place(key))?.as_ref()
    }

    pub(super) fn put(&mut self, key: u64, offer: Arc<Offer>) {
        let place = place(key);
        if place >= self.0.len() {
            self.0.resize_with(place.saturating_add(1), || None);
        }
        if let Some(slot) = self.0.get_mut(place) {
            *slot = Some(offer);
        }
    }

    pub(super) fn remove(&mut self, key: u64) {
        if let Some(slot) = self.0.get_mut(place(key)) {
            *slot = None;
        }
    }

    /// Every offer with its key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Arc<Offer>)> {
        (0_u64..)
            .zip(&self.0)
            .filter_map(|(key, slot)| Some((key, slot.as_ref()?)))
    }
}

/// The place of a key; keys come from the length of the table, so they fit.
pub(super) fn place(key: u64) -> usize {
    usize::try_from(key).unwrap_or(usize::MAX)
}
