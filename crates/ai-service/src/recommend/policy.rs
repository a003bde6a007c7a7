//! Every number of the method beside the weights, with the reason for it. Change one, and change [`super::METHOD`] too.

use crate::assess::features::Compared;
use crate::assess::policy::{RELATED_CONTENT, RELATED_COVERAGE};

/// Destinations that are compared outcome by outcome; 30 nearest offers are plenty for at most 20 recommendations.
pub(crate) const CANDIDATES: usize = 30;
/// Offers like the source whose decisions are looked at.
pub(crate) const ALIKE: usize = 30;
/// Most that can be asked for.
pub(crate) const MOST: u32 = 20;
/// When nobody says how many.
pub(crate) const DEFAULT: u32 = 5;
/// Decisions between two institutions at which their relation counts one half: `n / (n + 3)`.
pub(crate) const HALF_RELATION: f64 = 3.0;
/// Outcomes that a recommendation names.
pub(crate) const MOST_OUTCOMES: usize = 5;
/// An offer whose decisions count is like the source from here, as in an assessment.
pub(crate) const ALIKE_CONTENT: f64 = RELATED_CONTENT;

/// Whether a destination is about the same subject at all, as in an assessment.
pub(super) fn is_related(compared: &Compared) -> bool {
    compared.features.content >= RELATED_CONTENT || compared.features.coverage >= RELATED_COVERAGE
}
