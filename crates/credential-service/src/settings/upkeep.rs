//! Settings of what is done again and again.

use std::time::Duration;

use service_runtime::settings::{Reader, Setting};

/// How long followers can stay away.
pub(super) const OUTBOX: Setting = Setting::new(
    "OUTBOX_RETENTION_DAYS",
    "How long changes are kept for followers of the feed. Too low makes a follower that was away read the whole catalogue anew, too high lets a table grow.",
)
.unit("days")
.default("7");

/// When people are reminded of reviews.
pub(super) const REVIEWS: Setting = Setting::new(
    "REVIEW_REMINDER_DAYS",
    "How long before the next review date of a micro-credential its institution is reminded by mail. Too low leaves no time for the review, too high is forgotten again.",
)
.unit("days")
.default("30");

/// How long reports are kept.
pub(super) const REPORTS: Setting = Setting::new(
    "REPORT_RETENTION_DAYS",
    "How long reports and their files are kept after they were asked for. Too low takes them away before they are read, too high fills the storage.",
)
.unit("days")
.default("90");

/// What the scheduled tasks go by.
#[derive(Clone, Debug)]
pub struct UpkeepSettings {
    /// How long changes are kept for followers of the feed.
    pub keep_events: Duration,
    /// How long reports are kept. More than a month, or the one of the last month would be made again.
    pub keep_reports: Duration,
    /// How many days before a review people are reminded of it.
    pub review_days: i32,
    /// Address of the web app, for links.
    pub public_url: String,
}

impl UpkeepSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Self {
        Self {
            keep_events: days(reader.integer("OUTBOX_RETENTION_DAYS", 1_u64..=365)),
            keep_reports: days(reader.integer("REPORT_RETENTION_DAYS", 32_u64..=3_650)),
            review_days: reader.integer("REVIEW_REMINDER_DAYS", 0_i32..=366),
            public_url: super::public_url(reader),
        }
    }
}

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}
