//! What the service does with the feed: it keeps its index at the state of the catalogue.

use std::sync::Arc;
use std::time::Duration;

use domain::Failure;
use protocol::feed::{Sink, Taken};
use protocol::pb::credential::{FeedCursor, WatchResponse};
use service_runtime::retry::random_backoff;
use service_runtime::{BlockingPool, Latch};

use super::apply::Applier;
use super::{Backlog, Feed, NAME, Progress};
use crate::failure::{of_computing, of_lexical};
use crate::index::Index;
use crate::store::{Database, feed_cursor};

/// Wait between tries; the random part of up to a second comes on top.
const PAUSE: Duration = Duration::from_millis(200);

/// How long to wait before the next try, by the failures in a row.
pub(crate) fn pause(failures: u32) -> Duration {
    PAUSE + random_backoff(failures)
}

/// Keeps the index at the state of the catalogue. The index lives in memory, so every process begins with a snapshot.
pub(crate) struct Indexing {
    applier: Option<Applier>,
    index: Arc<Index>,
    backlog: Backlog,
    progress: Arc<Progress>,
    database: Database,
    pool: BlockingPool,
    latch: Option<Latch>,
}

impl Indexing {
    /// Messages are applied on `pool`; `latch` is released when the first snapshot has been read.
    pub(crate) fn new(
        index: Arc<Index>,
        backlog: Backlog,
        progress: Arc<Progress>,
        database: Database,
        pool: BlockingPool,
        latch: Latch,
    ) -> Self {
        Self {
            applier: Some(Applier::new(Arc::clone(&index), backlog.clone())),
            index,
            backlog,
            progress,
            database,
            pool,
            latch: Some(latch),
        }
    }
}

impl Sink for Indexing {
    const CHANGES_ONLY: bool = false;

    fn opened(&mut self, resumed: bool) {
        if resumed {
            self.progress.set_feed(Feed::Live);
        } else {
            if let Some(applier) = &mut self.applier {
                applier.expect_snapshot();
            }
            self.progress.set_feed(Feed::Snapshot);
        }
        tracing::info!(resumed, "following the feed");
    }

    async fn take(&mut self, messages: Vec<WatchResponse>) -> Result<Taken, Failure> {
        let Some(mut working) = self.applier.take() else {
            return Err(Failure::internal("the feed has no applier"));
        };
        let work = move || {
            let applied = working.apply(messages);
            (working, applied)
        };
        let (returned, applied) = self.pool.run(work).await.map_err(of_computing)?;
        self.applier = Some(returned);
        let applied = applied.map_err(of_lexical)?;
        if applied.snapshot_ended {
            self.progress.set_feed(Feed::Live);
            tracing::info!(offers = self.index.len(), "the snapshot is read");
            if let Some(latch) = self.latch.take() {
                latch.release();
            }
        }
        if let Some(cursor) = &applied.cursor {
            record(&self.database, cursor).await;
        }
        Ok(Taken {
            cursor: applied.cursor,
            is_well: true,
        })
    }

    fn closed(&mut self) -> bool {
        self.progress.set_feed(Feed::Disconnected);
        if self.applier.is_some() {
            return false;
        }
        // The batch in progress panicked; what it left undone comes again with a snapshot.
        let applier = Applier::new(Arc::clone(&self.index), self.backlog.clone());
        self.applier = Some(applier);
        true
    }
}

/// Records the cursor; without the table the index still follows, since a process resumes from its memory.
async fn record(database: &Database, cursor: &FeedCursor) {
    let recorded = async {
        let mut connection = database.connection().await?;
        feed_cursor::record(&mut connection, NAME, cursor)
            .await
            .map_err(Failure::from)
    };
    if let Err(failure) = recorded.await {
        tracing::warn!(cause = failure.cause_chain(), "the cursor was not recorded");
    }
}
