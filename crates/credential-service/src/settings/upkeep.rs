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

/// What the scheduled tasks go by.
#[derive(Clone, Copy, Debug)]
pub struct UpkeepSettings {
    /// How long changes are kept for followers of the feed.
    pub keep_events: Duration,
}

impl UpkeepSettings {
    /// Reads them; problems stay with the reader.
    pub fn read(reader: &mut Reader) -> Self {
        Self {
            keep_events: days(reader.integer("OUTBOX_RETENTION_DAYS", 1_u64..=365)),
        }
    }
}

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}
