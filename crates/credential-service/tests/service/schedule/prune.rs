//! What nobody needs any more goes, what somebody needs stays.

use domain::vocabulary::UserRole;
use protocol::pb::credential as pb;
use protocol::pb::credential::watch_response::Message;
use tokio::time::timeout;

use super::{reached, start_worker};
use crate::feed::Follower;
use crate::support::{LIMIT, Service, credential};

const ALL: &[&str] = &[
    "idempotency_keys",
    "account_tokens",
    "sign_in_failures",
    "sessions",
    "refresh_tokens",
];

#[tokio::test]
async fn old_rows_go_and_young_ones_stay() {
    let service = Service::start().await;
    let person = service.admin().await;
    let user = person.principal.user_id().unwrap();
    service
        .sql(&format!(
            "DELETE FROM sessions; \
             INSERT INTO idempotency_keys (scope, key, request_hash, created_at, expires_at) \
                 SELECT 'scope', number::text, sha256(''), now() - interval '2 days', \
                     CASE WHEN number = 1 THEN now() + interval '1 minute' ELSE now() - interval '1 minute' END \
                 FROM generate_series(1, 2500) AS number; \
             INSERT INTO account_tokens (id, user_id, purpose, token_hash, created_at, expires_at) \
                 SELECT gen_random_uuid(), '{user}', 'INVITATION', sha256(days::text::bytea), now() - interval '30 days', \
                     now() - make_interval(days => days) FROM unnest(ARRAY[6, 8]) AS days; \
             INSERT INTO sign_in_failures (account, origin, failures, counted_from, paused_until) VALUES \
                 (gen_random_uuid(), '', 1, now() - interval '1 day', NULL), \
                 (gen_random_uuid(), '', 1, now() - interval '3 days', NULL), \
                 (gen_random_uuid(), '', 9, now() - interval '3 days', now() + interval '1 minute'); \
             INSERT INTO sign_in_failures (account, origin, failures, counted_from, in_a_row) VALUES \
                 (gen_random_uuid(), '', 1, now() - interval '3 days', 7), \
                 ('{user}', '', 1, now() - interval '1 year', 7), \
                 ('{user}', 'session', 1, now() - interval '1 year', 0), \
                 ('{user}', '192.0.2.7', 1, now() - interval '30 days', 7), \
                 ('{user}', '192.0.2.8', 1, now() - interval '32 days', 7); \
             INSERT INTO sessions (id, user_id, created_at, expires_at, ended_at, end_reason) VALUES \
                 (gen_random_uuid(), '{user}', now() - interval '99 days', now() + interval '1 day', NULL, NULL), \
                 (gen_random_uuid(), '{user}', now() - interval '99 days', now() + interval '1 day', now() - interval '29 days', 'SIGN_OUT'), \
                 (gen_random_uuid(), '{user}', now() - interval '99 days', now() + interval '1 day', now() - interval '31 days', 'SIGN_OUT'), \
                 (gen_random_uuid(), '{user}', now() - interval '99 days', now() - interval '31 days', NULL, NULL); \
             INSERT INTO refresh_tokens (id, session_id, token_hash) SELECT gen_random_uuid(), id, sha256(id::text::bytea) FROM sessions"
        ))
        .await;

    let _worker = start_worker(&service, &[]);
    reached(
        &service,
        5,
        "name LIKE 'prune%' AND name <> 'prune_outbox_events' AND last_succeeded_at IS NOT NULL",
    )
    .await;

    let mut left = Vec::new();
    for table in ALL {
        left.push(
            service
                .count(&format!("SELECT count(*) FROM {table}"))
                .await,
        );
    }
    assert_eq!(left, [1, 1, 4, 2, 2], "{ALL:?}");
    reached(
        &service,
        1,
        "name = 'prune_idempotency_keys' AND last_count = 2499",
    )
    .await;
}

/// Lets the outbox be pruned now, once the followers inside have read all of it.
async fn prune_outbox(service: &Service) {
    let unread = "SELECT count(*) FROM outbox_events AS event, outbox_cursors AS reader \
         WHERE (reader.transaction, reader.sequence) < (event.transaction, event.sequence)";
    let read = timeout(LIMIT, async {
        while service.count(unread).await > 0 {
            tokio::task::yield_now().await;
        }
    });
    read.await.unwrap();
    service
        .sql("UPDATE scheduled_tasks SET due_at = now(), last_succeeded_at = NULL WHERE name = 'prune_outbox_events'")
        .await;
    reached(
        service,
        1,
        "name = 'prune_outbox_events' AND last_succeeded_at IS NOT NULL",
    )
    .await;
}

/// Why the feed refuses to go on after a place; `None` when it does not.
async fn refusal(service: &Service, after: pb::FeedCursor) -> Option<tonic::Code> {
    let follower = service.follower();
    let request = pb::WatchRequest {
        after: Some(after),
        changes_only: false,
    };
    let request = follower.outgoing.stream_request(request).unwrap();
    let mut stream = follower.feed().watch(request).await.unwrap().into_inner();
    match timeout(LIMIT, stream.message()).await.unwrap() {
        Ok(_message) => None,
        Err(status) => Some(status.code()),
    }
}

#[tokio::test]
async fn whoever_has_missed_removed_changes_is_told_to_begin_anew() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(owner))
        .await;
    let mut follower = Follower::start(&service, None).await;
    let (_entities, before) = follower.snapshot().await;
    let first = writer
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
    let second = writer
        .create_credential(owner, credential("B-2"))
        .await
        .unwrap();
    let early = follower.change_of(&first.id).await.cursor.unwrap();
    let late = follower.change_of(&second.id).await.cursor.unwrap();
    let worker = start_worker(&service, &[("OUTBOX_RETENTION_DAYS", "3")]);

    // Young events stay.
    prune_outbox(&service).await;
    assert!(service.count("SELECT count(*) FROM outbox_events").await >= 3);

    service
        .sql("UPDATE outbox_events SET created_at = now() - interval '4 days'")
        .await;
    prune_outbox(&service).await;
    assert_eq!(service.count("SELECT count(*) FROM outbox_events").await, 0);

    let refused = Some(tonic::Code::FailedPrecondition);
    assert_eq!(refusal(&service, before).await, refused);
    assert_eq!(refusal(&service, early).await, refused);
    // Who has read everything has missed nothing, and a new follower gets all there is.
    let mut on_time = Follower::start(&service, Some(late)).await;
    let mut anew = Follower::start(&service, None).await;
    let (entities, _place) = anew.snapshot().await;
    let third = writer
        .create_credential(owner, credential("B-3"))
        .await
        .unwrap();
    assert_eq!(on_time.change_of(&third.id).await.entity_id, third.id);
    assert_eq!(follower.change_of(&third.id).await.entity_id, third.id);
    assert!(matches!(anew.next().await, Message::Change(change) if change.entity_id == third.id));
    assert_eq!(entities.len(), 3);
    drop(worker);
}

#[tokio::test]
async fn an_old_event_that_a_young_one_precedes_and_one_that_nobody_has_read_stay() {
    let service = Service::start().await;
    for code in ["ONE", "TWO", "THREE"] {
        service.institution(code).await;
    }
    // As if the clock had been set back between them.
    service
        .sql(
            "UPDATE outbox_events SET created_at = now() - interval '30 days' \
             WHERE sequence <> (SELECT sequence FROM outbox_events ORDER BY transaction, sequence OFFSET 1 LIMIT 1); \
             INSERT INTO outbox_cursors (follower, transaction, sequence) VALUES ('slow', '0', 0)",
        )
        .await;
    let _worker = start_worker(&service, &[]);
    reached(
        &service,
        1,
        "name = 'prune_outbox_events' AND last_succeeded_at IS NOT NULL",
    )
    .await;
    let events = "SELECT count(*) FROM outbox_events";
    assert_eq!(
        service.count(events).await,
        3,
        "the slow follower has read nothing"
    );

    service
        .sql("DELETE FROM outbox_cursors WHERE follower = 'slow'")
        .await;
    prune_outbox(&service).await;

    assert_eq!(
        service.count(events).await,
        2,
        "what comes after a young event stays"
    );
}
