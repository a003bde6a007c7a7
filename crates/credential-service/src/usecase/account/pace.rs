//! When an answer is given that must not say by its time whether there is an account.

use std::time::Duration;

use tokio::time::Instant;

/// Answers come at whole multiples of this time, so that the work for an account that exists does not show.
const STEP: Duration = Duration::from_millis(250);

/// Waits for the next moment at which such an answer is given.
pub(super) async fn hold(begun: Instant) {
    let steps = begun.elapsed().as_nanos() / STEP.as_nanos() + 1;
    let wait = STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX));
    tokio::time::sleep_until(begun + wait).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn answers_come_at_whole_steps() {
        for (work, answered) in [(0, 250), (249, 250), (251, 500), (760, 1_000)] {
            let begun = Instant::now();
            tokio::time::advance(Duration::from_millis(work)).await;

            hold(begun).await;

            assert_eq!(begun.elapsed(), Duration::from_millis(answered), "{work}");
        }
    }
}
