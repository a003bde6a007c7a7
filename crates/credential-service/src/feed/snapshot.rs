//! The whole catalogue as of one moment.

use diesel_async::SimpleAsyncConnection;
use domain::Failure;
use protocol::convert::feed::Entity;
use protocol::pb::credential as pb;

use super::{Feed, Outlet, cursor, send};
use crate::store::outbox_events::{Position, snapshot_border};
use crate::store::{Mode, StoreError, institutions, micro_credentials, pathways, recognitions};

/// Objects that are read at once.
const BATCH: i64 = 500;
/// A follower may read slowly, but a batch of it must arrive within a minute.
const PATIENCE: &str = "SET LOCAL idle_in_transaction_session_timeout = '60s'";

/// Sends every object of one kind, batch by batch.
macro_rules! send_table {
    ($transaction:expr, $outlet:expr, $table:ident, $kind:ident) => {{
        let mut last = None;
        loop {
            let batch = $table::after(&mut $transaction, last, BATCH).await?;
            let Some(end) = batch.last() else { break };
            last = Some(end.id.uuid());
            for object in batch {
                let entity = Entity::$kind(Box::new(object));
                send(
                    $outlet,
                    pb::watch_response::Message::Snapshot(entity.into()),
                )
                .await?;
            }
        }
    }};
}

/// Sends everything there is and where the live changes go on.
///
/// Everything is read in one transaction that sees one moment. The cursor is the oldest transaction that still ran at
/// that moment: what is older is in the snapshot, what is not is delivered live, some of it a second time.
pub(super) async fn send_all(feed: &Feed, outlet: &Outlet) -> Result<Position, Failure> {
    let _place = feed.snapshots.acquire().await.map_err(Failure::internal)?;
    let mut transaction = feed.database.begin_background(Mode::Snapshot).await?;
    transaction
        .batch_execute(PATIENCE)
        .await
        .map_err(StoreError::from)?;
    let border = snapshot_border(&mut transaction).await?;
    send_table!(transaction, outlet, institutions, Institution);
    send_table!(transaction, outlet, micro_credentials, MicroCredential);
    send_table!(transaction, outlet, recognitions, Recognition);
    send_table!(transaction, outlet, pathways, Pathway);
    transaction.commit().await?;
    end(outlet, border).await
}

/// Sends only where the live changes go on, to a follower that wants no snapshot.
pub(super) async fn send_end(feed: &Feed, outlet: &Outlet) -> Result<Position, Failure> {
    let mut transaction = feed.database.begin_background(Mode::Read).await?;
    let border = snapshot_border(&mut transaction).await?;
    transaction.commit().await?;
    end(outlet, border).await
}

async fn end(outlet: &Outlet, border: Position) -> Result<Position, Failure> {
    let end = pb::SnapshotEnd {
        cursor: Some(cursor(border)),
    };
    send(outlet, pb::watch_response::Message::SnapshotEnd(end)).await?;
    Ok(border)
}
