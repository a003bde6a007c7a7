//! The order of the feed under writers that finish in another order than they begin.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::Barrier;
use tokio::time::timeout;
use uuid::Uuid;

use crate::feed::Follower;
use crate::support::Service;

const WRITERS: usize = 10;
const ROUNDS: usize = 12;

async fn event(connection: &mut AsyncPgConnection) -> String {
    let id = Uuid::now_v7();
    connection
        .batch_execute(&format!(
            "INSERT INTO outbox_events (event_type, entity_type, entity_id, kind) \
             VALUES ('test.event', 'INSTITUTION', '{id}', 'UPDATED')"
        ))
        .await
        .unwrap();
    id.to_string()
}

#[tokio::test]
async fn a_later_commit_of_an_earlier_transaction_is_not_lost() {
    let service = Service::start().await;
    let mut follower = Follower::start(&service, None).await;
    follower.snapshot().await;
    let (mut early, mut late) = (service.connect().await, service.connect().await);
    early.batch_execute("BEGIN").await.unwrap();
    let first = event(&mut early).await;
    late.batch_execute("BEGIN").await.unwrap();
    let second = event(&mut late).await;
    late.batch_execute("COMMIT").await.unwrap();

    let premature = timeout(Duration::from_millis(500), follower.change()).await;
    early.batch_execute("COMMIT").await.unwrap();

    assert!(
        premature.is_err(),
        "an older transaction still ran: {premature:?}"
    );
    assert_eq!(follower.change().await.entity_id, first);
    assert_eq!(follower.change().await.entity_id, second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_concurrent_writers_nothing_is_lost_and_nothing_is_out_of_order() {
    let service = Service::start().await;
    let mut follower = Follower::start(&service, None).await;
    let (_, start) = follower.snapshot().await;
    let barrier = Arc::new(Barrier::new(WRITERS));
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let mut connection = service.connect().await;
        let barrier = Arc::clone(&barrier);
        writers.push(tokio::spawn(async move {
            let mut written = Vec::new();
            for round in 0..ROUNDS {
                connection.batch_execute("BEGIN").await.unwrap();
                written.push(event(&mut connection).await);
                // Everyone has begun; they finish in an order that changes from round to round.
                barrier.wait().await;
                for _ in 0..(writer * 7 + round * 3) % WRITERS {
                    connection.batch_execute("SELECT 1").await.unwrap();
                }
                written.push(event(&mut connection).await);
                let rolled_back = (writer + round) % 5 == 0;
                let end = if rolled_back { "ROLLBACK" } else { "COMMIT" };
                connection.batch_execute(end).await.unwrap();
                if rolled_back {
                    written.truncate(written.len() - 2);
                }
            }
            written
        }));
    }

    let mut received = Vec::new();
    let mut place = (start.transaction, start.sequence);
    let mut expected = HashSet::new();
    for writer in writers {
        expected.extend(writer.await.unwrap());
    }
    while received.len() < expected.len() {
        let change = follower.change().await;
        let cursor = change.cursor.unwrap();
        let next = (cursor.transaction, cursor.sequence);
        assert!(next > place, "{next:?} after {place:?}");
        place = next;
        received.push(change.entity_id);
    }

    let unique: HashSet<String> = received.iter().cloned().collect();
    assert_eq!(unique.len(), received.len(), "nothing came twice");
    assert_eq!(unique, expected);
}
