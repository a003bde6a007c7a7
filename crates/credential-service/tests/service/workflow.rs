//! Changes and steps of the workflow.

use domain::ErrorCode;
use domain::vocabulary::UserRole;
use protocol::pb::credential as pb;
use protocol::pb::credential::CredentialTransition::{Archive, Publish, Reject, Submit};

use crate::support::{Service, credential, outcome_draft, refusal};

#[tokio::test]
async fn an_offer_goes_from_draft_to_the_archive() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(owner))
        .await;
    let decider = service
        .person(UserRole::InstitutionAdmin, Some(owner))
        .await;
    let elsewhere = service.institution("ELSEWHERE").await;
    let stranger = service
        .person(UserRole::ProgramCoordinator, Some(elsewhere))
        .await;
    let draft = writer
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();

    assert_eq!(
        refusal(decider.step(&draft.id, Publish).await),
        ErrorCode::InvalidTransition
    );
    writer.step(&draft.id, Submit).await.unwrap();
    assert_eq!(
        refusal(stranger.step(&draft.id, Publish).await),
        ErrorCode::NotFound
    );
    assert_eq!(
        refusal(writer.step(&draft.id, Reject).await),
        ErrorCode::AuthorizationError
    );
    decider.step(&draft.id, Reject).await.unwrap();
    writer.step(&draft.id, Submit).await.unwrap();
    let public = writer.step(&draft.id, Publish).await.unwrap();
    assert_eq!(public.status(), pb::CredentialStatus::Published);
    assert!(public.published_at.is_some());
    let archived = decider.step(&draft.id, Archive).await.unwrap();

    assert!(!archived.is_active);
    assert_eq!(archived.version, 6);
    assert_eq!(
        refusal(writer.update(&draft.id, credential("B-1"), None).await),
        ErrorCode::Conflict
    );
    let gone = service.anonymous().credential(&draft.id).await;
    assert_eq!(refusal(gone), ErrorCode::ResourceDeleted);
    assert!(writer.credential(&draft.id).await.is_ok());
}

#[tokio::test]
async fn nothing_is_published_without_a_core_outcome() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let hollow = pb::MicroCredentialDraft {
        outcomes: vec![outcome_draft("Nice to know", false)],
        ..credential("B-1")
    };
    let draft = admin
        .create_credential(owner, hollow.clone())
        .await
        .unwrap();
    admin.step(&draft.id, Submit).await.unwrap();

    let refused = admin.step(&draft.id, Publish).await.unwrap_err();

    assert_eq!(refused.code, ErrorCode::Conflict);
    assert!(
        refused.message.contains("core learning outcome"),
        "{refused}"
    );
    admin
        .update(&draft.id, credential("B-1"), None)
        .await
        .unwrap();
    admin.step(&draft.id, Publish).await.unwrap();
    assert_eq!(
        refusal(admin.update(&draft.id, hollow, None).await),
        ErrorCode::Conflict
    );
}

#[tokio::test]
async fn an_update_replaces_everything_unless_it_is_late() {
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
        title: "Another title".into(),
        credits: None,
        outcomes: vec![outcome_draft("one", true), outcome_draft("two", true)],
        prerequisites: vec![],
        ..credential("B-2")
    };

    let after = writer
        .update(&made.id, changed.clone(), Some(1))
        .await
        .unwrap();
    let late = writer.update(&made.id, credential("B-3"), Some(1)).await;

    assert_eq!(refusal(late), ErrorCode::PreconditionFailed);
    assert_eq!(
        (
            after.version,
            after.outcomes.len(),
            after.prerequisites.len()
        ),
        (2, 2, 0)
    );
    let fields = after.fields.unwrap();
    assert_eq!(
        (fields.title.as_str(), fields.program_code.as_str()),
        ("Another title", "B-2")
    );
    assert_eq!(fields.credits, None);
}

#[tokio::test]
async fn of_many_simultaneous_steps_one_is_taken() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let draft = admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();

    let steps = (0..100).map(|_| admin.step(&draft.id, Submit));
    let outcomes = futures::future::join_all(steps).await;

    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let submitted = service
        .count("SELECT count(*) FROM audit_logs WHERE action = 'SUBMIT'")
        .await;
    assert_eq!(submitted, 1);
}
