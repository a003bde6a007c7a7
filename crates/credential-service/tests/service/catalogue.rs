//! Institutions and micro-credentials: recorded, read, listed, seen by whom they may be.

use domain::ErrorCode;
use domain::vocabulary::UserRole;
use protocol::pb::common;
use protocol::pb::credential as pb;

use crate::support::{Service, credential, decimal, institution, outcome, outcome_draft, refusal};

#[tokio::test]
async fn an_institution_is_recorded_once_and_read_with_its_figures() {
    let service = Service::start().await;
    let admin = service.admin().await;

    let made = admin.create_institution("BCIT").await.unwrap();
    let again = admin.create_institution("BCIT").await.unwrap_err();

    assert_eq!(again.code, ErrorCode::DuplicateKey);
    assert_eq!(again.fields[0].field, "code");
    admin.publish_new(made.id.parse().unwrap(), "BCIT-1").await;
    let request = service.anonymous().ask(pb::GetInstitutionRequest {
        id: made.id.clone(),
    });
    let read = outcome(
        service
            .anonymous()
            .institutions()
            .get_institution(request)
            .await,
    )
    .unwrap();
    assert_eq!(read.institution.unwrap(), made);
    assert_eq!(read.stats.unwrap().micro_credentials_count, 1);
}

#[tokio::test]
async fn every_broken_rule_is_named() {
    let service = Service::start().await;
    let draft = pb::InstitutionDraft {
        name: " ".into(),
        code: "lower case".into(),
        website: Some("javascript:alert(1)".into()),
        ..institution("X")
    };
    let admin = service.admin().await;

    let request = admin.ask(pb::CreateInstitutionRequest { draft: Some(draft) });
    let failure = outcome(admin.institutions().create_institution(request).await).unwrap_err();

    let fields: Vec<_> = failure
        .fields
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    assert_eq!(fields, ["name", "code", "website"]);
}

#[tokio::test]
async fn a_draft_comes_back_as_it_was_written() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let coordinator = service
        .person(UserRole::ProgramCoordinator, Some(owner))
        .await;
    let draft = pb::MicroCredentialDraft {
        description: Some("Sparks".into()),
        effective_date: Some(common::Date {
            year: 2026,
            month: 9,
            day: 1,
        }),
        outcomes: vec![outcome_draft("first", true), outcome_draft("second", false)],
        ..credential("BCIT-WELD-1")
    };

    let made = coordinator
        .create_credential(owner, draft.clone())
        .await
        .unwrap();
    let read = coordinator
        .credential(&made.id)
        .await
        .unwrap()
        .micro_credential
        .unwrap();

    assert_eq!(read, made);
    assert_eq!(made.status(), pb::CredentialStatus::Draft);
    assert_eq!(made.version, 1);
    let texts: Vec<_> = made
        .outcomes
        .iter()
        .map(|outcome| outcome.fields.clone().unwrap())
        .collect();
    assert_eq!(texts, draft.outcomes);
    assert_eq!(
        made.prerequisites[0].fields.clone().unwrap(),
        draft.prerequisites[0]
    );
    let fields = made.fields.unwrap();
    assert_eq!(fields.effective_date, draft.effective_date);
    assert_eq!(fields.credits, draft.credits);
    assert_eq!(fields.language, "English");
}

#[tokio::test]
async fn a_program_code_is_taken_once_across_institutions() {
    let service = Service::start().await;
    let (first, second) = (
        service.institution("A").await,
        service.institution("B").await,
    );
    let admin = service.admin().await;
    admin
        .create_credential(first, credential("X-1"))
        .await
        .unwrap();

    let again = admin
        .create_credential(second, credential("X-1"))
        .await
        .unwrap_err();

    assert_eq!(
        (again.code, again.fields[0].field.as_str()),
        (ErrorCode::DuplicateKey, "programCode")
    );
}

#[tokio::test]
async fn drafts_are_seen_by_their_own_institution_only() {
    let service = Service::start().await;
    let (own, other) = (
        service.institution("OWN").await,
        service.institution("OTHER").await,
    );
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;
    let stranger = service
        .person(UserRole::InstitutionAdmin, Some(other))
        .await;
    let learner = service.person(UserRole::User, Some(own)).await;
    let hidden = writer
        .create_credential(own, credential("OWN-1"))
        .await
        .unwrap();
    let admin = service.admin().await;
    let public = admin.publish_new(own, "OWN-2").await;

    for (who, person, sees) in [
        ("writer", &writer, true),
        ("admin", &admin, true),
        ("stranger", &stranger, false),
        ("learner", &learner, false),
        ("anonymous", &service.anonymous(), false),
    ] {
        let list = person
            .list_credentials(pb::ListMicroCredentialsRequest::default())
            .await
            .unwrap();
        let total = list.page.unwrap().total;
        assert_eq!(
            (total, list.micro_credentials.len()),
            if sees { (2, 2) } else { (1, 1) },
            "{who}"
        );
        assert_eq!(person.credential(&hidden.id).await.is_ok(), sees, "{who}");
        assert!(person.credential(&public.id).await.is_ok(), "{who}");
    }
    assert_eq!(
        refusal(stranger.credential(&hidden.id).await),
        ErrorCode::NotFound
    );
    let drafts = pb::ListMicroCredentialsRequest {
        status: Some(pb::CredentialStatus::Draft.into()),
        ..Default::default()
    };
    assert!(
        stranger
            .list_credentials(drafts)
            .await
            .unwrap()
            .micro_credentials
            .is_empty()
    );
}

#[tokio::test]
async fn filters_and_order_are_applied_by_the_database() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    for (code, title, credits) in [
        ("A-1", "Welding 100% safely", "1"),
        ("A-2", "Poetry", "2"),
        ("A-3", "Under_score", "3"),
    ] {
        let draft = pb::MicroCredentialDraft {
            title: title.into(),
            credits: Some(decimal(credits)),
            ..credential(code)
        };
        admin.create_credential(owner, draft).await.unwrap();
    }
    let titles = async |request: pb::ListMicroCredentialsRequest| {
        let list = admin.list_credentials(request).await.unwrap();
        let titles: Vec<_> = list
            .micro_credentials
            .into_iter()
            .map(|credential| credential.fields.unwrap().title)
            .collect();
        titles
    };
    let search = |text: &str| pb::ListMicroCredentialsRequest {
        search: Some(text.into()),
        ..Default::default()
    };

    assert_eq!(titles(search("%")).await, ["Welding 100% safely"]);
    assert_eq!(titles(search("_")).await, ["Under_score"]);
    assert_eq!(titles(search("WELD safely")).await, ["Welding 100% safely"]);
    assert_eq!(titles(search("a-2")).await, ["Poetry"]);
    assert!(titles(search("welding poetry")).await.is_empty());
    let between = pb::ListMicroCredentialsRequest {
        min_credits: Some(decimal("2")),
        max_credits: Some(decimal("2.5")),
        ..Default::default()
    };
    assert_eq!(titles(between).await, ["Poetry"]);
    let sorted = |sort: &str, page| pb::ListMicroCredentialsRequest {
        page: Some(common::PageRequest {
            page,
            limit: 2,
            sort: sort.into(),
            cursor: None,
        }),
        ..Default::default()
    };
    assert_eq!(
        titles(sorted("-credits", 1)).await,
        ["Under_score", "Poetry"]
    );
    assert_eq!(titles(sorted("-credits", 2)).await, ["Welding 100% safely"]);
    assert_eq!(titles(sorted("title", 1)).await, ["Poetry", "Under_score"]);
}

#[tokio::test]
async fn what_an_update_keeps_keeps_its_identifier() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let with_outcomes = |outcomes| pb::MicroCredentialDraft {
        outcomes,
        ..credential("B-1")
    };
    let draft = with_outcomes(vec![
        outcome_draft("first", true),
        outcome_draft("second", true),
    ]);
    let made = admin.create_credential(owner, draft.clone()).await.unwrap();

    let renamed = pb::MicroCredentialDraft {
        title: "Another title".into(),
        ..draft
    };
    let renamed = admin.update(&made.id, renamed, None).await.unwrap();
    let moved = with_outcomes(vec![
        outcome_draft("third", true),
        outcome_draft("second", true),
        outcome_draft("second", true),
        outcome_draft("first", false),
    ]);
    let moved = admin.update(&made.id, moved, None).await.unwrap();

    assert_eq!(renamed.outcomes, made.outcomes);
    assert_eq!(renamed.prerequisites, made.prerequisites);
    assert_eq!(moved.prerequisites, made.prerequisites);
    let places: Vec<_> = moved
        .outcomes
        .iter()
        .map(|outcome| {
            let before = made.outcomes.iter().position(|old| old.id == outcome.id);
            (before, outcome.order_index)
        })
        .collect();
    assert_eq!(places, [(None, 0), (Some(1), 1), (None, 2), (Some(0), 3)]);
    assert!(!moved.outcomes[3].fields.as_ref().unwrap().is_core);
}
