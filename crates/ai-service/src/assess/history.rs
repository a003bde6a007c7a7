//! What the recognising institution decided before.

use super::Case;
use super::policy::ENOUGH_DECISIONS;
use crate::number::{real, rounded};

/// Share of the recognitions it granted for offers of the offering institution that still stand; absent with fewer than
/// [`ENOUGH_DECISIONS`] on record. Refusals are not on record yet, so a withdrawal is the only sign against.
pub(super) fn rate(case: &Case<'_>) -> Option<f64> {
    let decisions: Vec<bool> = case
        .precedents
        .iter()
        .filter(|recognition| {
            recognition.fields.recognizing_institution_id == case.institution
                && recognition.offering_institution.id == case.source.institution.id
        })
        .map(|recognition| recognition.is_active)
        .collect();
    if decisions.len() < ENOUGH_DECISIONS {
        return None;
    }
    let standing = decisions.iter().filter(|active| **active).count();
    Some(rounded(real(standing) / real(decisions.len())))
}
