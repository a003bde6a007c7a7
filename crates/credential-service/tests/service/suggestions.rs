//! Drafts of pathways that the AI service has made: nobody else can claim that it did.

use domain::id::{InstitutionId, PredictionId, UserId};
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use protocol::pb::credential as pb;
use protocol::suggestion::{Suggestion, SuggestionSigner};
use secrecy::SecretString;

use crate::support::{Person, SECRET, Service, decimal, outcome};

struct World {
    service: Service,
    source: InstitutionId,
    target: InstitutionId,
    coordinator: Person,
    offer: String,
}

impl World {
    async fn new() -> Self {
        let service = Service::start().await;
        let (source, target) = (
            service.institution("SRC").await,
            service.institution("TRG").await,
        );
        let offer = service.admin().await.publish_new(source, "SRC-1").await.id;
        let coordinator = service
            .person(UserRole::ProgramCoordinator, Some(source))
            .await;
        Self {
            service,
            source,
            target,
            coordinator,
            offer,
        }
    }

    fn draft(&self, name: &str) -> pb::PathwayDraft {
        pb::PathwayDraft {
            name: name.into(),
            source_institution_id: self.source.to_string(),
            target_institution_id: self.target.to_string(),
            micro_credential_id: self.offer.clone(),
            pathway_type: pb::PathwayType::External.into(),
            transfer_credits: Some(decimal("1.5")),
            ..pb::PathwayDraft::default()
        }
    }

    fn person(&self) -> UserId {
        self.coordinator.principal.user_id().unwrap()
    }

    async fn pathways(&self) -> i64 {
        self.service.count("SELECT count(*) FROM pathways").await
    }
}

fn suggestion(asked_by: UserId) -> Suggestion {
    Suggestion {
        asked_by,
        prediction_id: PredictionId::generate(),
        confidence_score: 0.75,
        ai_reasoning: "Three of four outcomes are covered.".into(),
    }
}

fn signed(secret: &str, draft: &pb::PathwayDraft, asked_by: UserId) -> pb::SuggestedPathway {
    let signer = SuggestionSigner::new(&SecretString::from(secret.to_owned()));
    pb::SuggestedPathway {
        statement: signer.sign(draft, suggestion(asked_by)).unwrap(),
        draft: Some(draft.clone()),
    }
}

async fn record(
    person: &Person,
    suggestions: Vec<pb::SuggestedPathway>,
) -> Result<Vec<pb::Pathway>, Failure> {
    let request = person.ask(pb::RecordSuggestedPathwaysRequest { suggestions });
    let made = outcome(person.pathways().record_suggested_pathways(request).await)?;
    Ok(made.pathways)
}

#[tokio::test]
async fn signed_drafts_are_recorded_with_what_the_method_says() {
    let world = World::new().await;
    let drafts = [world.draft("First"), world.draft("Second")];
    let suggestions = drafts.map(|draft| signed(SECRET, &draft, world.person()));

    let made = record(&world.coordinator, suggestions.into())
        .await
        .unwrap();

    let names: Vec<&str> = made
        .iter()
        .map(|pathway| pathway.fields.as_ref().unwrap().name.as_str())
        .collect();
    assert_eq!(names, ["First", "Second"]);
    for pathway in &made {
        assert!(pathway.is_ai_suggested);
        assert_eq!(pathway.confidence_score, Some(0.75));
        assert_eq!(
            pathway.ai_reasoning.as_deref(),
            Some("Three of four outcomes are covered.")
        );
        assert_eq!(pathway.status, i32::from(pb::PathwayStatus::Draft));
    }
    let audited = "SELECT count(*) FROM audit_logs WHERE entity_type = 'PATHWAY' AND changes::text LIKE '%isAiSuggested%'";
    assert_eq!(world.service.count(audited).await, 2);
    let announced = "SELECT count(*) FROM outbox_events WHERE event_type = 'pathway.created'";
    assert_eq!(world.service.count(announced).await, 2);
}

#[tokio::test]
async fn what_the_ai_service_has_not_signed_for_this_person_is_refused_and_nothing_is_written() {
    let world = World::new().await;
    let draft = world.draft("A way");
    let good = signed(SECRET, &draft, world.person());
    let changed = pb::SuggestedPathway {
        draft: Some(world.draft("Another way")),
        ..good.clone()
    };
    let forgeries = [
        changed,
        pb::SuggestedPathway {
            statement: String::new(),
            ..good.clone()
        },
        signed(
            "another-key-that-nobody-here-has-given",
            &draft,
            world.person(),
        ),
        signed(SECRET, &draft, UserId::generate()),
        pb::SuggestedPathway {
            statement: world.coordinator.outgoing.token.clone(),
            ..good.clone()
        },
    ];

    for forged in forgeries {
        let refused = record(&world.coordinator, vec![good.clone(), forged])
            .await
            .unwrap_err();

        assert_eq!(refused.code, ErrorCode::ValidationError);
        assert_eq!(refused.fields[0].field, "suggestions[1].statement");
    }
    assert_eq!(world.pathways().await, 0);
}

#[tokio::test]
async fn only_writers_of_the_source_institution_may_record_them() {
    let world = World::new().await;
    let draft = world.draft("A way");
    let others = [
        (UserRole::ProgramCoordinator, Some(world.target)),
        (UserRole::User, Some(world.source)),
    ];
    for (role, institution) in others {
        let person = world.service.person(role, institution).await;
        let asked_by = person.principal.user_id().unwrap();

        let refused = record(&person, vec![signed(SECRET, &draft, asked_by)])
            .await
            .unwrap_err();

        assert_eq!(refused.code, ErrorCode::AuthorizationError);
    }
    let follower = world.service.follower();
    let refused = record(&follower, vec![signed(SECRET, &draft, world.person())])
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::AuthorizationError);
    assert_eq!(world.pathways().await, 0);
}

#[tokio::test]
async fn the_same_named_request_records_once() {
    let world = World::new().await;
    let suggested = signed(SECRET, &world.draft("A way"), world.person());
    let mut named = world.coordinator.clone();
    named.outgoing.idempotency_key = Some("suggest-1".into());

    let first = record(&named, vec![suggested.clone()]).await.unwrap();
    let second = record(&named, vec![suggested]).await.unwrap();

    assert_eq!(first, second);
    assert_eq!(world.pathways().await, 1);
}

#[tokio::test]
async fn two_who_record_the_same_at_once_record_each_draft_once() {
    let world = World::new().await;
    let drafts = [world.draft("First"), world.draft("Second")];
    let suggestions = drafts.map(|draft| signed(SECRET, &draft, world.person()));

    let (one, other) = tokio::join!(
        record(&world.coordinator, suggestions.to_vec()),
        record(&world.coordinator, suggestions.to_vec()),
    );

    let mut counts = [one.unwrap().len(), other.unwrap().len()];
    counts.sort_unstable();
    assert_eq!(counts, [0, 2]);
    assert_eq!(world.pathways().await, 2);
}

#[tokio::test]
async fn what_has_a_pathway_from_the_offer_already_is_left_out() {
    let world = World::new().await;
    let suggest = |name| signed(SECRET, &world.draft(name), world.person());
    let names = ["First", "Second", "Second", "Third"];
    record(&world.coordinator, vec![suggest("First")])
        .await
        .unwrap();
    world
        .service
        .sql("UPDATE pathways SET status = 'ARCHIVED', is_active = false")
        .await;

    let made = record(&world.coordinator, names.map(suggest).to_vec())
        .await
        .unwrap();

    let recorded: Vec<String> = made
        .into_iter()
        .map(|pathway| pathway.fields.unwrap().name)
        .collect();
    assert_eq!(recorded, ["Second", "Third"]);
    assert_eq!(world.pathways().await, 3);
}

#[tokio::test]
async fn nothing_leads_from_or_to_a_withdrawn_institution() {
    for (withdraws_source, field) in [
        (true, "sourceInstitutionId"),
        (false, "targetInstitutionId"),
    ] {
        let world = World::new().await;
        let suggested = signed(SECRET, &world.draft("A way"), world.person());
        let withdrawn = if withdraws_source {
            world.source
        } else {
            world.target
        };
        world
            .service
            .sql(&format!(
                "UPDATE institutions SET is_active = false WHERE id = '{withdrawn}'"
            ))
            .await;

        let refused = record(&world.coordinator, vec![suggested])
            .await
            .unwrap_err();

        assert_eq!(refused.fields[0].field, field);
        assert_eq!(world.pathways().await, 0);
    }
}
