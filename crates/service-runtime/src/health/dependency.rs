//! A dependency that may come and go while the process runs.

use std::time::Duration;

use tokio::time;

use super::Health;
use crate::shutdown::Shutdown;

/// Receives the results of checking one dependency.
#[derive(Clone, Debug)]
pub struct Dependency {
    health: Health,
    index: usize,
}

impl Dependency {
    pub(super) fn new(health: Health, index: usize) -> Self {
        Self { health, index }
    }

    /// Reports one check: several failures in a row withdraw readiness, one success returns it.
    pub fn report(&self, up: bool) {
        let change = self.health.change(|state| {
            let dependency = state.dependencies.get_mut(self.index)?;
            let was_down = dependency.is_down();
            dependency.record(up);
            let is_down = dependency.is_down();
            metrics::gauge!("dependency_up", "dependency" => dependency.name.clone())
                .set(if is_down { 0.0 } else { 1.0 });
            (was_down != is_down).then(|| (dependency.name.clone(), is_down))
        });
        match change {
            Some((dependency, true)) => tracing::warn!(dependency, "dependency is down"),
            Some((dependency, false)) => tracing::info!(dependency, "dependency is up again"),
            None => {}
        }
    }
}

#[derive(Debug)]
pub(super) struct DependencyState {
    pub(super) name: String,
    pub(super) required: bool,
    threshold: u32,
    failures_in_a_row: u32,
}

impl DependencyState {
    pub(super) fn new(name: String, threshold: u32, required: bool) -> Self {
        Self {
            name,
            required,
            threshold: threshold.max(1),
            failures_in_a_row: 0,
        }
    }

    pub(super) fn is_down(&self) -> bool {
        self.failures_in_a_row >= self.threshold
    }

    fn record(&mut self, up: bool) {
        self.failures_in_a_row = if up {
            0
        } else {
            self.failures_in_a_row.saturating_add(1)
        };
    }
}

/// Checks a dependency at a steady pace and reports the results, until the shutdown begins.
///
/// A check that takes longer than `limit` counts as failed.
pub async fn watch_dependency<Check, Checking>(
    dependency: Dependency,
    pace: Duration,
    limit: Duration,
    shutdown: Shutdown,
    mut check: Check,
) where
    Check: FnMut() -> Checking,
    Checking: Future<Output = bool>,
{
    let mut ticks = time::interval(pace);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.begun() => return,
            _ = ticks.tick() => {}
        }
        tokio::select! {
            () = shutdown.begun() => return,
            checked = time::timeout(limit, check()) => dependency.report(checked.unwrap_or(false)),
        }
    }
}
