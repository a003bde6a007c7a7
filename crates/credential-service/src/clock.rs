//! The time, as precisely as the database keeps it.

use chrono::{DateTime, SubsecRound, Utc};

/// The time now in microseconds: what is answered today is what is read tomorrow.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
