//! Figures for dashboards.

use std::collections::BTreeMap;

use crate::vocabulary::{CredentialType, EducationLevel, UserRole};
use crate::workflow::{CredentialStatus, PathwayStatus};

/// How often each value of a closed list occurs; values that never occur are there with 0.
pub type Counts = BTreeMap<String, u64>;

/// Days before a review is due in which it counts as due soon.
pub const REVIEW_NOTICE_DAYS: u64 = 90;
/// Months of a trend, this one included.
pub const TREND_MONTHS: u32 = 12;

/// What happened in one month of UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthStats {
    /// Month, for example `2026-11`.
    pub month: String,
    /// Micro-credentials recorded.
    pub created: u64,
    /// Micro-credentials published for the first time.
    pub published: u64,
    /// Recognitions recorded.
    pub recognised: u64,
}

/// Figures of the platform or of one institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Micro-credentials by status.
    pub credentials_by_status: Counts,
    /// Micro-credentials by kind.
    pub credentials_by_type: Counts,
    /// Micro-credentials by level, where it is stated.
    pub credentials_by_level: Counts,
    /// Micro-credentials whose next review is due within [`REVIEW_NOTICE_DAYS`] or overdue.
    pub reviews_due: u64,
    /// Recognitions in force that the institution has granted; all of them for the platform.
    pub recognitions_granted: u64,
    /// Recognitions in force of the institution's offers; all of them for the platform.
    pub recognitions_received: u64,
    /// Pathways from or to the institution by status.
    pub pathways_by_status: Counts,
    /// Of these, suggested by a model.
    pub pathways_suggested: u64,
    /// Of these, suggested by a model and approved by people.
    pub pathways_suggested_approved: u64,
    /// Active people by role.
    pub users_by_role: Counts,
    /// The last [`TREND_MONTHS`] months, oldest first.
    pub months: Vec<MonthStats>,
}

impl Stats {
    /// Nothing counted yet: every value of every list is there with 0.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            credentials_by_status: zeros(CredentialStatus::NAMES),
            credentials_by_type: zeros(CredentialType::NAMES),
            credentials_by_level: zeros(EducationLevel::NAMES),
            reviews_due: 0,
            recognitions_granted: 0,
            recognitions_received: 0,
            pathways_by_status: zeros(PathwayStatus::NAMES),
            pathways_suggested: 0,
            pathways_suggested_approved: 0,
            users_by_role: zeros(UserRole::NAMES),
            months: Vec::new(),
        }
    }
}

fn zeros(names: &[&str]) -> Counts {
    names.iter().map(|name| ((*name).to_owned(), 0)).collect()
}
