//! What is forgotten, a few rows at a time. Several replicas do no harm to each other.

pub(crate) mod answers;
pub(crate) mod vectors;

use std::time::Duration;

/// Wait between two rounds.
const PACE: Duration = Duration::from_secs(3_600);
/// Rows of one statement: short enough to hold nobody up.
const AT_ONCE: i64 = 1_000;
