//! How far the change feed has been applied.

use diesel::dsl::now;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use protocol::pb::credential::FeedCursor;

use super::schema::feed_cursor;
use super::{Operation, StoreError, measured};

/// Records the place up to which `follower` has applied the feed.
pub(crate) async fn record(
    connection: &mut AsyncPgConnection,
    name: &str,
    cursor: &FeedCursor,
) -> Result<(), StoreError> {
    let place = (
        feed_cursor::transaction.eq(i64::try_from(cursor.transaction).unwrap_or(i64::MAX)),
        feed_cursor::sequence.eq(i64::try_from(cursor.sequence).unwrap_or(i64::MAX)),
        feed_cursor::updated_at.eq(now),
    );
    let recorded = diesel::insert_into(feed_cursor::table)
        .values((feed_cursor::follower.eq(name), place))
        .on_conflict(feed_cursor::follower)
        .do_update()
        .set(place)
        .execute(connection);
    measured(Operation::Insert, "feed_cursor", recorded).await?;
    Ok(())
}
