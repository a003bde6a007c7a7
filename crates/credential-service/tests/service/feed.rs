//! A follower: first everything there is, then every change.

use std::time::Duration;

use credential_service::{Database, reset_everything};
use diesel_async::SimpleAsyncConnection as _;
use domain::vocabulary::UserRole;
use protocol::pb::credential as pb;
use protocol::pb::credential::watch_response::Message;
use secrecy::SecretString;
use tokio::time::timeout;
use tonic::Streaming;

use crate::support::{LIMIT, Service, credential};

/// What one follower receives.
pub(crate) struct Follower(Streaming<pb::WatchResponse>);

impl Follower {
    pub(crate) async fn start(service: &Service, after: Option<pb::FeedCursor>) -> Self {
        let changes_only = false;
        Self::watch(
            service,
            pb::WatchRequest {
                after,
                changes_only,
            },
        )
        .await
    }

    async fn watch(service: &Service, request: pb::WatchRequest) -> Self {
        let person = service.follower();
        let request = person.outgoing.stream_request(request).unwrap();
        Self(person.feed().watch(request).await.unwrap().into_inner())
    }

    pub(crate) async fn next(&mut self) -> Message {
        loop {
            let received = self.response().await;
            assert!(received.up_to_date != received.message.is_some());
            if let Some(message) = received.message {
                return message;
            }
        }
    }

    async fn response(&mut self) -> pb::WatchResponse {
        let received = timeout(LIMIT, self.0.message())
            .await
            .expect("the feed is silent");
        received.unwrap().expect("the feed has ended")
    }

    /// Everything up to the end of the snapshot, and the cursor there.
    pub(crate) async fn snapshot(&mut self) -> (Vec<pb::entity::Entity>, pb::FeedCursor) {
        let mut entities = Vec::new();
        loop {
            match self.next().await {
                Message::Snapshot(entity) => entities.push(entity.entity.unwrap()),
                Message::SnapshotEnd(end) => return (entities, end.cursor.unwrap()),
                Message::Change(change) => panic!("a change inside the snapshot: {change:?}"),
            }
        }
    }

    pub(crate) async fn change(&mut self) -> pb::Change {
        match self.next().await {
            Message::Change(change) => change,
            other @ (Message::Snapshot(_) | Message::SnapshotEnd(_)) => {
                panic!("no change: {other:?}")
            }
        }
    }

    /// The next change of one object; what the snapshot already had may come again.
    pub(crate) async fn change_of(&mut self, id: &str) -> pb::Change {
        loop {
            let change = self.change().await;
            if change.entity_id == id {
                return change;
            }
        }
    }
}

#[tokio::test]
async fn a_new_follower_gets_everything_and_then_every_change() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(owner))
        .await;
    let draft = writer
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();

    let mut follower = Follower::start(&service, None).await;
    let (entities, _cursor) = follower.snapshot().await;
    let made = writer
        .create_credential(owner, credential("B-2"))
        .await
        .unwrap();
    let change = follower.change_of(&made.id).await;

    assert!(
        matches!(&entities[0], pb::entity::Entity::Institution(institution) if institution.id == owner.to_string())
    );
    let in_snapshot = entities.iter().find_map(|entity| {
        let pb::entity::Entity::MicroCredential(found) = entity else {
            return None;
        };
        Some(found.clone())
    });
    assert_eq!(
        in_snapshot,
        Some(draft),
        "a draft is in the feed, with its outcomes"
    );
    assert_eq!(change.event_type, "credential.created");
    assert_eq!(change.kind(), pb::ChangeKind::Created);
    assert_eq!(
        change.entity.unwrap().entity,
        Some(pb::entity::Entity::MicroCredential(made))
    );
}

#[tokio::test]
async fn a_follower_may_begin_without_the_snapshot() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();

    let request = pb::WatchRequest {
        after: None,
        changes_only: true,
    };
    let mut follower = Follower::watch(&service, request).await;
    let (entities, _cursor) = follower.snapshot().await;
    let made = admin
        .create_credential(owner, credential("B-2"))
        .await
        .unwrap();

    assert_eq!(entities, []);
    let change = follower.change_of(&made.id).await;
    assert_eq!(change.kind(), pb::ChangeKind::Created);
}

#[tokio::test]
async fn signs_of_life_stop_while_a_change_is_held_back() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let request = pb::WatchRequest {
        after: None,
        changes_only: true,
    };
    let mut follower = Follower::watch(&service, request).await;
    follower.snapshot().await;
    assert!(follower.response().await.up_to_date);
    let mut writer = service.database.connect().await.unwrap();
    let open = "BEGIN; SELECT pg_current_xact_id()";
    writer.batch_execute(open).await.unwrap();
    let made = admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();

    let silence = Duration::from_secs(1);
    let silent = async { while timeout(silence, follower.0.message()).await.is_ok() {} };
    timeout(LIMIT, silent).await.expect("signs never stop");
    writer.batch_execute("COMMIT").await.unwrap();

    assert_eq!(follower.change_of(&made.id).await.entity_id, made.id);
    assert!(follower.response().await.up_to_date);
}

#[tokio::test]
async fn a_follower_resumes_after_its_cursor() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let mut first = Follower::start(&service, None).await;
    first.snapshot().await;
    let one = admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
    let seen = first.change_of(&one.id).await.cursor;
    drop(first);
    let two = admin
        .create_credential(owner, credential("B-2"))
        .await
        .unwrap();
    admin
        .step(&two.id, pb::CredentialTransition::Submit)
        .await
        .unwrap();

    let mut second = Follower::start(&service, seen).await;
    let (created, submitted) = (second.change().await, second.change().await);

    assert_eq!(
        (created.entity_id.as_str(), created.event_type.as_str()),
        (two.id.as_str(), "credential.created")
    );
    assert_eq!(
        (submitted.entity_id.as_str(), submitted.event_type.as_str()),
        (two.id.as_str(), "credential.submitted")
    );
    assert!(matches!(
        submitted.entity.unwrap().entity.unwrap(),
        pb::entity::Entity::MicroCredential(now) if now.status() == pb::CredentialStatus::UnderReview
    ));
}

#[tokio::test]
async fn people_are_announced_without_being_shown() {
    let service = Service::start().await;
    let mut follower = Follower::start(&service, None).await;
    follower.snapshot().await;

    let user = crate::accounts::registered(&service).await.user.unwrap();
    let change = follower.change_of(&user.id).await;

    assert_eq!(
        (change.event_type.as_str(), change.entity_type.as_str()),
        ("user.registered", "USER")
    );
    assert!(change.entity.is_none());
}

#[tokio::test]
async fn large_catalogues_arrive_completely() {
    let service = Service::start().await;
    let owner = service.institution("BIG").await;
    service
        .sql(&format!(
            "INSERT INTO micro_credentials (id, institution_id, title, program_code, credential_type, language) \
             SELECT gen_random_uuid(), '{owner}', 'T' || n, 'BIG-' || n, 'BADGE', 'English' FROM generate_series(1, 1234) AS n"
        ))
        .await;

    let (entities, _cursor) = Follower::start(&service, None).await.snapshot().await;

    assert_eq!(entities.len(), 1235);
}

#[tokio::test]
async fn a_follower_hears_that_everything_is_gone() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let published = admin.publish_new(owner, "B-1").await;
    let mut follower = Follower::start(&service, None).await;
    let (_entities, cursor) = follower.snapshot().await;
    drop(follower);
    let url = SecretString::from(service.database.url().to_owned());

    reset_everything(&Database::new(&url, 1, false).unwrap())
        .await
        .unwrap();
    let mut follower = Follower::start(&service, Some(cursor)).await;
    let gone = [follower.change().await, follower.change().await];

    for (change, id) in gone.iter().zip([published.id, owner.to_string()]) {
        assert_eq!(change.entity_id, id);
        assert_eq!(change.event_type, "catalogue.reset");
        assert_eq!(change.kind(), pb::ChangeKind::Deleted);
        assert!(change.entity.is_none());
    }
    let left = "SELECT (SELECT count(*) FROM micro_credentials) + (SELECT count(*) FROM institutions) + (SELECT count(*) FROM users)";
    assert_eq!(service.count(left).await, 0);
    let events = "SELECT count(*) FROM outbox_events";
    assert_eq!(service.count(events).await, 2);
}
