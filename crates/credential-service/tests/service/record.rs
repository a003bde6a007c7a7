//! Rows, audit entry and event: all of them or none.

mod words;

use domain::ErrorCode;
use domain::vocabulary::UserRole;
use protocol::pb::credential as pb;

use crate::support::{Service, credential, outcome, refusal};

const RECORDS: &str =
    "SELECT (SELECT count(*) FROM audit_logs) + (SELECT count(*) FROM outbox_events)";

#[tokio::test]
async fn a_change_names_its_author_and_its_fields() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(owner))
        .await;
    let made = writer
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
    let changed = pb::MicroCredentialDraft {
        title: "After".into(),
        ..credential("B-1")
    };
    writer.update(&made.id, changed, None).await.unwrap();

    let reader = service
        .person(UserRole::InstitutionAdmin, Some(owner))
        .await;
    let request = reader.ask(pb::ListAuditEntriesRequest {
        entity_id: Some(made.id.clone()),
        action: Some("UPDATE".into()),
        ..Default::default()
    });
    let list = outcome(reader.audit().list_audit_entries(request).await).unwrap();

    assert_eq!(list.entries.len(), 1);
    let entry = &list.entries[0];
    let changes: serde_json::Value = serde_json::from_str(&entry.changes_json).unwrap();
    assert_eq!(
        changes,
        serde_json::json!({"title": {"before": "Title of B-1", "after": "After"}})
    );
    assert_eq!(
        entry.user_id,
        writer.principal.user_id().map(|id| id.to_string())
    );
    assert_eq!(entry.ip_address.as_deref(), Some("192.0.2.7"));
    assert_eq!(entry.user_agent.as_deref(), Some("test agent"));
    assert_eq!(entry.request_id.as_deref(), Some("request-of-a-test"));
    assert_eq!(entry.institution_id, Some(owner.to_string()));
}

#[tokio::test]
async fn without_its_audit_entry_there_is_no_change() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    service
        .sql("ALTER TABLE audit_logs ADD CONSTRAINT full_up CHECK (false) NOT VALID")
        .await;

    let refused = admin.create_credential(owner, credential("B-1")).await;

    assert_eq!(refusal(refused), ErrorCode::ConstraintViolation);
    assert_eq!(
        service
            .count("SELECT count(*) FROM micro_credentials")
            .await,
        0
    );
    assert_eq!(
        service
            .count("SELECT count(*) FROM outbox_events WHERE entity_type = 'MICRO_CREDENTIAL'")
            .await,
        0
    );
}

#[tokio::test]
async fn without_its_event_there_is_no_change() {
    let service = Service::start().await;
    let admin = service.admin().await;
    service
        .sql("ALTER TABLE outbox_events ADD CONSTRAINT full_up CHECK (false) NOT VALID")
        .await;

    assert!(admin.create_institution("BCIT").await.is_err());

    assert_eq!(service.count("SELECT count(*) FROM institutions").await, 0);
    assert_eq!(service.count(RECORDS).await, 0);
}

#[tokio::test]
async fn what_is_refused_leaves_no_record() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
    let before = service.count(RECORDS).await;

    assert!(
        admin
            .create_credential(owner, credential("B-1"))
            .await
            .is_err()
    );
    assert!(admin.create_institution("BCIT").await.is_err());

    assert_eq!(service.count(RECORDS).await, before);
}

#[tokio::test]
async fn institutions_read_their_own_record_only() {
    let service = Service::start().await;
    let (own, other) = (
        service.institution("OWN").await,
        service.institution("OTHER").await,
    );
    let admin = service.admin().await;
    admin
        .create_credential(own, credential("A-1"))
        .await
        .unwrap();
    admin
        .create_credential(other, credential("B-1"))
        .await
        .unwrap();
    let reader = service.person(UserRole::InstitutionAdmin, Some(own)).await;
    let coordinator = service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;

    let everything = pb::ListAuditEntriesRequest::default();
    let seen = outcome(
        reader
            .audit()
            .list_audit_entries(reader.ask(everything.clone()))
            .await,
    )
    .unwrap();
    let all = outcome(
        admin
            .audit()
            .list_audit_entries(admin.ask(everything.clone()))
            .await,
    )
    .unwrap();
    let refused = outcome(
        coordinator
            .audit()
            .list_audit_entries(coordinator.ask(everything))
            .await,
    );

    assert!(
        seen.entries
            .iter()
            .all(|entry| entry.institution_id == Some(own.to_string()))
    );
    assert_eq!((seen.page.unwrap().total, all.page.unwrap().total), (2, 4));
    assert_eq!(refusal(refused), ErrorCode::AuthorizationError);
}

#[tokio::test]
async fn a_page_of_large_entries_can_be_read() {
    let service = Service::start().await;
    let admin = service.admin().await;
    service
        .sql(
            "INSERT INTO audit_logs (id, entity_type, entity_id, action, changes, created_at) \
             SELECT gen_random_uuid(), 'MICRO_CREDENTIAL', gen_random_uuid(), 'UPDATE', \
                 jsonb_build_object('description', jsonb_build_object('before', null, 'after', repeat('x', size))), \
                 now() - make_interval(mins => place) \
             FROM (VALUES (1, 2500000), (2, 2500000), (3, 2500000), (4, 2500000), (5, 7000000), (6, 10)) AS entry (place, size)",
        )
        .await;
    let list = async |entity_id: Option<String>| {
        let request = admin.ask(pb::ListAuditEntriesRequest {
            entity_id,
            ..Default::default()
        });
        let mut client = admin
            .audit()
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES);
        outcome(client.list_audit_entries(request).await)
            .unwrap()
            .entries
    };

    let page = list(None).await;
    let alone = list(Some(page[2].entity_id.clone())).await;

    let says: Vec<serde_json::Value> = page
        .iter()
        .map(|entry| serde_json::from_str(&entry.changes_json).unwrap())
        .collect();
    let kept: Vec<bool> = says
        .iter()
        .map(|changes| changes.get("description").is_some())
        .collect();
    assert_eq!(kept, [true, true, false, false, false, true]);
    let size = alone[0].changes_json.len();
    assert!(size > 2_500_000, "alone it is whole");
    let advice = format!("{size} bytes; ask for this entry alone with entityId, page and limit=1");
    assert_eq!(
        says[2],
        serde_json::json!({"omitted": {"before": null, "after": advice}})
    );
    let too_large = says[4]["omitted"]["after"].as_str().unwrap();
    assert!(too_large.ends_with("too large to be read here"));
}
