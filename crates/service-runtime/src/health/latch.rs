//! Something that must happen once before the process is ready.

use super::Health;

/// Keeps the process unready until it is released.
#[derive(Debug)]
#[must_use = "the process stays unready until the latch is released"]
pub struct Latch {
    health: Health,
    id: u64,
}

impl Latch {
    pub(super) fn new(health: Health, id: u64) -> Self {
        Self { health, id }
    }

    /// Says that it has happened.
    pub fn release(self) {
        self.health.change(|state| {
            state.closed_latches.remove(&self.id);
        });
    }
}
