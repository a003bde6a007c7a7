//! Follows the change feed of the credential service: snapshot first, then every change, resumed where it broke off.

mod apply;
pub(crate) mod backlog;
pub(crate) mod commit;
mod progress;
mod stream;

pub(crate) use self::backlog::Backlog;
pub(crate) use self::progress::{Feed, Progress};
pub(crate) use self::stream::{Indexing, pause};

/// Name of this follower in `ai.feed_cursor`.
pub(crate) const NAME: &str = "ai-service-index";
