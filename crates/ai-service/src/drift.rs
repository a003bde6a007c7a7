//! How far the scores of late are from the scores before: the population stability index.
//!
//! `Σ (recent − before) · ln (recent / before)` over ten equal bins of the score, with half a prediction added to every bin, so that
//! an empty one does not make it infinite. Below 0.1 the scores are alike; above 0.25 they have moved.

use crate::number::real;

/// Fewer predictions in either window say nothing.
pub(crate) const ENOUGH: usize = 100;

/// The index of two sets of counts; absent unless both windows hold [`ENOUGH`].
pub(crate) fn population_stability_index(recent: &[usize], before: &[usize]) -> Option<f64> {
    let (sum_recent, sum_before) = (recent.iter().sum::<usize>(), before.iter().sum::<usize>());
    if sum_recent < ENOUGH || sum_before < ENOUGH {
        return None;
    }
    let share = |count: usize, sum: usize, bins: usize| {
        (real(count) + 0.5) / (real(sum) + 0.5 * real(bins))
    };
    let sum: f64 = recent
        .iter()
        .zip(before)
        .map(|(now, then)| {
            let now = share(*now, sum_recent, recent.len());
            let then = share(*then, sum_before, before.len());
            (now - then) * (now / then).ln()
        })
        .sum();
    Some(crate::number::rounded(sum))
}

/// What the index says.
pub(crate) fn note(index: Option<f64>) -> String {
    match index {
        None => format!(
            "Fewer than {ENOUGH} scores in the last 7 days or in the 28 days before: too few to say."
        ),
        Some(index) if index < 0.1 => "The scores are spread as before.".to_owned(),
        Some(index) if index < 0.25 => {
            "The scores have moved a little; look again soon.".to_owned()
        }
        Some(_) => "The scores have moved: look at what is asked now.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_spread_is_no_drift_and_another_is() {
        let low = [200, 100, 50, 0, 0];
        let high = [0, 0, 50, 100, 200];

        let same = population_stability_index(&low, &low).unwrap();
        let moved = population_stability_index(&low, &high).unwrap();

        assert!(same.abs() < 1e-9);
        assert!(moved > 0.25);
        assert_eq!(population_stability_index(&[99], &[1_000]), None);
    }
}
