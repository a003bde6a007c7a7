//! Waits have limits, and the end has an order.

use std::time::{Duration, Instant};

use dev_stack::TestDatabase;
use diesel_async::SimpleAsyncConnection;
use domain::{ErrorCode, ErrorKind};
use protocol::pb::credential as pb;
use tokio::time::timeout;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::feed::Follower;
use crate::support::{LIMIT, Service, credential, outcome, refusal};

#[tokio::test]
async fn a_statement_ends_with_the_time_of_its_caller() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let made = admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
    let mut holder = service.connect().await;
    holder
        .batch_execute("BEGIN; SELECT 1 FROM micro_credentials FOR UPDATE")
        .await
        .unwrap();

    let step = pb::TransitionMicroCredentialRequest {
        id: made.id.clone(),
        transition: pb::CredentialTransition::Submit.into(),
        expected_version: None,
    };
    let request = admin
        .outgoing
        .request(step, Duration::from_millis(600))
        .unwrap();
    let refused = outcome(
        admin
            .credentials()
            .transition_micro_credential(request)
            .await,
    );

    assert_eq!(refusal(refused), ErrorCode::RequestTimeout);
    holder.batch_execute("COMMIT").await.unwrap();
    admin
        .step(&made.id, pb::CredentialTransition::Submit)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_full_pool_refuses_soon_and_heals() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let made = admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
    let mut holder = service.connect().await;
    holder
        .batch_execute("BEGIN; SELECT 1 FROM micro_credentials FOR UPDATE")
        .await
        .unwrap();
    let waiting: Vec<_> = (0..6)
        .map(|_| {
            let (admin, id) = (admin.clone(), made.id.clone());
            tokio::spawn(async move { admin.step(&id, pb::CredentialTransition::Submit).await })
        })
        .collect();
    let blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    timeout(LIMIT, async { while service.count(blocked).await < 6 {} })
        .await
        .unwrap();

    let begun = Instant::now();
    let refused = admin.credential(&made.id).await.unwrap_err();

    assert_eq!(
        (refused.code, refused.kind()),
        (ErrorCode::ServiceUnavailable, ErrorKind::Overloaded)
    );
    assert!(refused.retry_after.is_some());
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    holder.batch_execute("COMMIT").await.unwrap();
    for step in waiting {
        drop(step.await.unwrap());
    }
    assert!(admin.credential(&made.id).await.is_ok());
}

#[tokio::test]
async fn a_caller_who_hangs_up_takes_the_statement_along() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let made = admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
    let mut holder = service.connect().await;
    holder
        .batch_execute("BEGIN; SELECT 1 FROM micro_credentials FOR UPDATE")
        .await
        .unwrap();
    let impatient = {
        let (admin, id) = (admin.clone(), made.id.clone());
        tokio::spawn(async move { admin.step(&id, pb::CredentialTransition::Submit).await })
    };
    let blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    timeout(LIMIT, async { while service.count(blocked).await < 1 {} })
        .await
        .unwrap();

    impatient.abort();

    let ends = timeout(Duration::from_secs(3), async {
        while service.count(blocked).await > 0 {}
    });
    ends.await.expect("the statement still waits");
    holder.batch_execute("COMMIT").await.unwrap();
    admin
        .step(&made.id, pb::CredentialTransition::Submit)
        .await
        .unwrap();
}

#[tokio::test]
async fn without_a_database_it_lives_and_says_why_it_does_not_serve() {
    let database = TestDatabase::create().await.unwrap();
    let service = Service::start_on(database, "postgres://nobody@127.0.0.1:9/none").await;
    let anonymous = service.anonymous();

    let request = anonymous.ask(pb::ListInstitutionsRequest::default());
    let refused = outcome(anonymous.institutions().list_institutions(request).await);
    let mut health = HealthClient::new(service.channel.clone());
    let answer = health
        .check(HealthCheckRequest::default())
        .await
        .unwrap()
        .into_inner();

    assert_eq!(refusal(refused), ErrorCode::DatabaseError);
    assert_eq!(answer.status(), ServingStatus::NotServing);
}

#[tokio::test]
async fn with_its_schema_it_becomes_ready() {
    let service = Service::start().await;
    let mut health = HealthClient::new(service.channel.clone());

    let mut changes = health
        .watch(HealthCheckRequest::default())
        .await
        .unwrap()
        .into_inner();

    let ready = async {
        while let Some(answer) = changes.message().await.unwrap() {
            if answer.status() == ServingStatus::Serving {
                return;
            }
        }
        panic!("the health stream has ended");
    };
    timeout(LIMIT, ready).await.unwrap();
}

#[tokio::test]
async fn a_shutdown_sends_followers_away_and_ends() {
    let mut service = Service::start().await;
    let person = service.follower();
    let request = person
        .outgoing
        .stream_request(pb::WatchRequest::default())
        .unwrap();
    let mut stream = person.feed().watch(request).await.unwrap().into_inner();
    while let Some(message) = stream.message().await.unwrap() {
        if matches!(
            message.message,
            Some(pb::watch_response::Message::SnapshotEnd(_))
        ) {
            break;
        }
    }

    service.shutdown.begin();

    let ended = timeout(LIMIT, stream.message()).await.unwrap().unwrap_err();
    assert_eq!(ended.code(), Code::Unavailable);
    timeout(LIMIT, &mut service.serving)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_cursor_of_another_database_is_refused() {
    let service = Service::start().await;
    let person = service.follower();
    let far = pb::FeedCursor {
        transaction: u64::MAX,
        sequence: 7,
    };

    let request = person
        .outgoing
        .stream_request(pb::WatchRequest {
            after: Some(far),
            changes_only: false,
        })
        .unwrap();
    let mut stream = person.feed().watch(request).await.unwrap().into_inner();
    let refused = stream.message().await.unwrap_err();

    assert_eq!(
        protocol::from_status(refused).code,
        ErrorCode::PreconditionFailed
    );
    let mut fresh = Follower::start(&service, None).await;
    fresh.snapshot().await;
}
