//! Whether this process should receive traffic, and why not.
//!
//! Ready is earned (every latch released) and lost slowly (a dependency must fail several times in a row). It
//! says nothing about being alive: a slow dependency drains traffic, it does not restart the process.

mod dependency;
mod latch;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use serde::Serialize;
use tokio::sync::watch;

pub use self::{
    dependency::{Dependency, watch_dependency},
    latch::Latch,
};

/// Says whether traffic is welcome, and names what stands in the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// Whether traffic is welcome.
    pub ready: bool,
    /// What stands in the way; empty when ready.
    pub reasons: Vec<String>,
    /// Optional dependencies that are down; the service works without them, in a degraded way.
    pub degraded: Vec<String>,
}

/// Shares the readiness of this process; clones speak about the same process.
#[derive(Clone, Debug)]
pub struct Health {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// The same as in the state, for those who ask with every request.
    draining: AtomicBool,
    readiness: watch::Sender<Readiness>,
}

#[derive(Debug, Default)]
struct State {
    draining: bool,
    next_latch: u64,
    closed_latches: BTreeMap<u64, String>,
    dependencies: Vec<dependency::DependencyState>,
}

impl State {
    fn readiness(&self) -> Readiness {
        let mut reasons = Vec::new();
        if self.draining {
            reasons.push("draining".to_owned());
        }
        reasons.extend(
            self.closed_latches
                .values()
                .map(|name| format!("waiting for: {name}")),
        );
        let down = |required: bool| {
            self.dependencies
                .iter()
                .filter(move |dependency| dependency.is_down() && dependency.required == required)
                .map(|dependency| format!("dependency down: {}", dependency.name))
        };
        reasons.extend(down(true));
        Readiness {
            ready: reasons.is_empty(),
            reasons,
            degraded: down(false).collect(),
        }
    }
}

impl Health {
    /// Starts with nothing in the way; add latches before anyone asks.
    #[must_use]
    pub fn new() -> Self {
        let state = State::default();
        let (readiness, _) = watch::channel(state.readiness());
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                draining: AtomicBool::new(false),
                readiness,
            }),
        }
    }

    /// Adds something that must happen once before the process is ready.
    ///
    /// A latch that is dropped without [`Latch::release`] keeps the process unready: what it waits for failed.
    pub fn latch(&self, name: impl Into<String>) -> Latch {
        let id = self.change(|state| {
            let id = state.next_latch;
            state.next_latch += 1;
            state.closed_latches.insert(id, name.into());
            id
        });
        Latch::new(self.clone(), id)
    }

    /// Adds a dependency without which the process cannot serve.
    ///
    /// It counts as up until it has failed `failures_to_withdraw` times in a row.
    pub fn dependency(&self, name: impl Into<String>, failures_to_withdraw: u32) -> Dependency {
        self.add_dependency(name.into(), failures_to_withdraw, true)
    }

    /// Adds a dependency without which the process works in a degraded way; it never withdraws readiness.
    pub fn optional_dependency(
        &self,
        name: impl Into<String>,
        failures_to_report: u32,
    ) -> Dependency {
        self.add_dependency(name.into(), failures_to_report, false)
    }

    /// Withdraws readiness for good, because the process is about to stop.
    pub fn drain(&self) {
        self.shared.draining.store(true, Ordering::Release);
        self.change(|state| state.draining = true);
    }

    /// Tells whether the process is about to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.shared.draining.load(Ordering::Acquire)
    }

    /// Tells whether traffic is welcome.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.shared.readiness.borrow().ready
    }

    /// Tells whether traffic is welcome, with the reasons.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        self.shared.readiness.borrow().clone()
    }

    /// Follows the readiness, for example to mirror it in the gRPC health service.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Readiness> {
        self.shared.readiness.subscribe()
    }

    fn add_dependency(&self, name: String, threshold: u32, required: bool) -> Dependency {
        let index = self.change(|state| {
            state
                .dependencies
                .push(dependency::DependencyState::new(name, threshold, required));
            state.dependencies.len() - 1
        });
        Dependency::new(self.clone(), index)
    }

    /// Changes the state and tells the followers when the readiness is another one.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let outcome = change(&mut state);
        let now = state.readiness();
        // Published under the lock, so that followers see changes in the order they happened.
        self.shared.readiness.send_if_modified(|readiness| {
            let differs = *readiness != now;
            if differs {
                *readiness = now;
            }
            differs
        });
        outcome
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}
