//! Outcomes and prerequisites, one by one.

use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use prost_types::Timestamp;
use protocol::pb::credential as pb;
use protocol::pb::credential::change_part_request::Change;

use crate::support::{Person, Service, credential, outcome, outcome_draft, refusal};
use crate::withdrawal::delete_credential;

async fn change(
    person: &Person,
    id: &str,
    change: Change,
    expected_version: Option<i64>,
) -> Result<pb::ChangePartResponse, Failure> {
    let request = person.ask(pb::ChangePartRequest {
        id: id.into(),
        expected_version,
        change: Some(change),
    });
    outcome(person.credentials().change_part(request).await)
}

fn texts(credential: &pb::MicroCredential) -> Vec<(String, String)> {
    let parts = credential.outcomes.iter();
    parts
        .map(|part| {
            let fields = part.fields.clone().unwrap();
            (part.id.clone(), fields.outcome_text)
        })
        .collect()
}

fn order(ids: &[&str]) -> Change {
    Change::ReorderOutcomes(pb::PartOrder {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
    })
}

#[tokio::test]
async fn parts_change_one_by_one_and_the_others_stay_what_they_are() {
    let service = Service::start().await;
    let own = service.institution("OWN").await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;
    let made = writer
        .create_credential(own, credential("OWN-1"))
        .await
        .unwrap();
    let first = made.outcomes[0].id.clone();

    let added = change(
        &writer,
        &made.id,
        Change::AddOutcome(outcome_draft("Read a drawing", false)),
        Some(1),
    )
    .await
    .unwrap();
    let second = added.part_id.unwrap();
    let replaced = change(
        &writer,
        &made.id,
        Change::ReplaceOutcome(pb::OutcomeReplacement {
            id: second.clone(),
            draft: Some(outcome_draft("Read two drawings", false)),
        }),
        Some(2),
    )
    .await
    .unwrap();
    let turned = change(&writer, &made.id, order(&[&second, &first]), Some(3))
        .await
        .unwrap();

    assert_eq!(replaced.part_id, Some(second.clone()));
    let turned = turned.micro_credential.unwrap();
    assert_eq!(
        texts(&turned),
        [
            (second.clone(), "Read two drawings".to_owned()),
            (first.clone(), "Weld a fillet joint".to_owned())
        ]
    );
    assert_eq!((turned.version, turned.outcomes[1].order_index), (4, 1));
    let left = change(&writer, &made.id, Change::RemoveOutcome(second), Some(4))
        .await
        .unwrap();
    assert_eq!(texts(&left.micro_credential.unwrap()).len(), 1);
    let late = change(&writer, &made.id, Change::RemoveOutcome(first), Some(4)).await;
    assert_eq!(refusal(late), ErrorCode::PreconditionFailed);
    let entries = format!(
        "SELECT count(*) FROM audit_logs WHERE entity_id = '{}' AND action = 'UPDATE' AND changes ? 'outcomes'",
        made.id
    );
    assert_eq!(service.count(&entries).await, 4);
    let events = "SELECT count(*) FROM outbox_events WHERE event_type = 'credential.updated'";
    assert_eq!(service.count(events).await, 4);
}

/// When the outcome of this identifier was recorded, and when it last changed.
fn times(credential: &pb::MicroCredential, id: &str) -> (Timestamp, Timestamp) {
    let part = credential.outcomes.iter().find(|part| part.id == id);
    let part = part.unwrap();
    (part.created_at.unwrap(), part.updated_at.unwrap())
}

#[tokio::test]
async fn parts_say_when_they_were_recorded_and_when_they_changed() {
    let service = Service::start().await;
    let own = service.institution("OWN").await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;
    let made = writer
        .create_credential(own, credential("OWN-1"))
        .await
        .unwrap();
    let first = made.outcomes[0].id.clone();
    let recorded = times(&made, &first);
    assert_eq!(recorded.0, recorded.1);
    assert_eq!(made.prerequisites[0].created_at, Some(recorded.0));

    let changed = async |what| {
        let answer = change(&writer, &made.id, what, None).await.unwrap();
        answer.micro_credential.unwrap()
    };
    let added = changed(Change::AddOutcome(outcome_draft("Read a drawing", false))).await;
    let second = added.outcomes[1].id.clone();
    let began = times(&added, &second);
    assert_eq!(times(&added, &first), recorded, "nothing has changed of it");
    assert!(later(recorded.0, began.0));

    let replaced = changed(Change::ReplaceOutcome(pb::OutcomeReplacement {
        id: second.clone(),
        draft: Some(outcome_draft("Read two drawings", false)),
    }))
    .await;
    let (created, updated) = times(&replaced, &second);
    assert_eq!(created, began.0);
    assert!(later(began.1, updated));
    assert_eq!(times(&replaced, &first), recorded);

    let turned = changed(order(&[&second, &first])).await;
    let (created, updated) = times(&turned, &first);
    assert_eq!(created, recorded.0);
    assert!(later(recorded.1, updated), "its place is another one");

    // Replaced as a whole, what stays keeps both.
    let mut fields = turned.fields.clone().unwrap();
    fields.title = "Another title".to_owned();
    fields.outcomes = turned
        .outcomes
        .iter()
        .map(|part| part.fields.clone().unwrap())
        .collect();
    let request = writer.ask(pb::UpdateMicroCredentialRequest {
        id: made.id.clone(),
        draft: Some(fields),
        expected_version: None,
    });
    let whole = outcome(writer.credentials().update_micro_credential(request).await).unwrap();
    let whole = whole.micro_credential.unwrap();
    assert_eq!(times(&whole, &first), times(&turned, &first));
    assert_eq!(times(&whole, &second), times(&turned, &second));
}

fn later(one: Timestamp, other: Timestamp) -> bool {
    (one.seconds, one.nanos) < (other.seconds, other.nanos)
}

#[tokio::test]
async fn prerequisites_change_in_the_same_way() {
    let service = Service::start().await;
    let own = service.institution("OWN").await;
    let admin = service.admin().await;
    let made = admin
        .create_credential(own, credential("OWN-1"))
        .await
        .unwrap();
    let boots = made.prerequisites[0].id.clone();
    let draft = |text: &str| pb::PrerequisiteDraft {
        description: text.into(),
        r#type: pb::PrerequisiteType::Academic.into(),
        is_mandatory: false,
    };

    let added = change(
        &admin,
        &made.id,
        Change::AddPrerequisite(draft("Grade 10")),
        None,
    )
    .await
    .unwrap();
    let grade = added.part_id.unwrap();
    let replacement = pb::PrerequisiteReplacement {
        id: boots.clone(),
        draft: Some(draft("Safe boots")),
    };
    change(
        &admin,
        &made.id,
        Change::ReplacePrerequisite(replacement),
        None,
    )
    .await
    .unwrap();
    let ids = pb::PartOrder {
        ids: vec![grade.clone(), boots.clone()],
    };
    let turned = change(&admin, &made.id, Change::ReorderPrerequisites(ids), None)
        .await
        .unwrap()
        .micro_credential
        .unwrap();
    assert_eq!(turned.prerequisites[0].id, grade);
    assert_eq!(
        turned.prerequisites[1].fields.clone().unwrap().description,
        "Safe boots"
    );
    let left = change(&admin, &made.id, Change::RemovePrerequisite(grade), None)
        .await
        .unwrap();
    let left = left.micro_credential.unwrap().prerequisites;
    assert_eq!((left.len(), left[0].id.as_str()), (1, boots.as_str()));
}

#[tokio::test]
async fn a_published_offer_keeps_a_core_outcome() {
    let service = Service::start().await;
    let own = service.institution("OWN").await;
    let admin = service.admin().await;
    let offer = admin.publish_new(own, "OWN-1").await;
    let only = offer.outcomes[0].id.clone();

    let removed = change(&admin, &offer.id, Change::RemoveOutcome(only.clone()), None).await;
    let weakened = pb::OutcomeReplacement {
        id: only,
        draft: Some(outcome_draft("Weld a fillet joint", false)),
    };
    let weakened = change(&admin, &offer.id, Change::ReplaceOutcome(weakened), None).await;

    assert_eq!(refusal(removed), ErrorCode::Conflict);
    assert_eq!(refusal(weakened), ErrorCode::Conflict);
    let now = admin.credential(&offer.id).await.unwrap();
    let now = now.micro_credential.unwrap();
    assert_eq!((now.version, now.outcomes), (offer.version, offer.outcomes));
}

#[tokio::test]
async fn parts_belong_to_their_institution() {
    let service = Service::start().await;
    let (own, other) = (
        service.institution("OWN").await,
        service.institution("OTHER").await,
    );
    let admin = service.admin().await;
    let stranger = service
        .person(UserRole::ProgramCoordinator, Some(other))
        .await;
    let public = admin.publish_new(own, "OWN-1").await;
    let hidden = admin
        .create_credential(own, credential("OWN-2"))
        .await
        .unwrap();
    let add = || Change::AddOutcome(outcome_draft("Anything", false));

    let refused = change(&stranger, &public.id, add(), None).await;
    assert_eq!(refusal(refused), ErrorCode::AuthorizationError);
    let refused = change(&stranger, &hidden.id, add(), None).await;
    assert_eq!(refusal(refused), ErrorCode::NotFound);
    let visitor = service.anonymous();
    let refused = change(&visitor, &public.id, add(), None).await;
    assert_eq!(refusal(refused), ErrorCode::TokenMissing);
    // The outcome of one offer is none of another.
    let foreign = Change::RemoveOutcome(hidden.outcomes[0].id.clone());
    let refused = change(&admin, &public.id, foreign, None).await;
    assert_eq!(refusal(refused), ErrorCode::NotFound);
    delete_credential(&admin, &public.id, None).await.unwrap();
    let refused = change(&admin, &public.id, add(), None).await;
    assert_eq!(refusal(refused), ErrorCode::Conflict);
}

#[tokio::test]
async fn bad_parts_name_their_fields() {
    let service = Service::start().await;
    let own = service.institution("OWN").await;
    let admin = service.admin().await;
    let made = admin
        .create_credential(own, credential("OWN-1"))
        .await
        .unwrap();
    let only = made.outcomes[0].id.clone();
    let broken = pb::LearningOutcomeDraft {
        outcome_text: " ".into(),
        keywords: vec![String::new()],
        ..Default::default()
    };

    let refused = change(&admin, &made.id, Change::AddOutcome(broken), None).await;
    let named: Vec<_> = refused.unwrap_err().fields;
    let named: Vec<_> = named.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(named, ["outcomeText", "keywords[0]"]);
    for ids in [
        vec![],
        vec![only.as_str(), only.as_str()],
        vec![made.id.as_str()],
    ] {
        let refused = change(&admin, &made.id, order(&ids), None).await;
        assert_eq!(refused.unwrap_err().fields[0].field, "ids", "{ids:?}");
    }
}
