//! Recognitions and pathways.

use domain::ErrorCode;
use domain::id::InstitutionId;
use domain::vocabulary::UserRole;
use protocol::pb::common;
use protocol::pb::credential as pb;

use crate::support::{Person, Service, credential, decimal, outcome, refusal};

pub(crate) fn recognition(micro_credential: &str, by: InstitutionId) -> pb::RecognitionDraft {
    pb::RecognitionDraft {
        micro_credential_id: micro_credential.into(),
        recognizing_institution_id: by.to_string(),
        recognition_type: common::RecognitionType::FullCredit.into(),
        credit_value: Some(decimal("3")),
        credit_type: common::CreditType::Elective.into(),
        transcript_method: pb::TranscriptMethod::DigitalBadge.into(),
        effective_date: Some(common::Date {
            year: 2026,
            month: 1,
            day: 1,
        }),
        expiry_date: Some(common::Date {
            year: 2026,
            month: 12,
            day: 31,
        }),
        ..Default::default()
    }
}

pub(crate) async fn recognise(
    person: &Person,
    draft: pb::RecognitionDraft,
) -> Result<pb::Recognition, domain::Failure> {
    let request = person.ask(pb::CreateRecognitionRequest { draft: Some(draft) });
    outcome(person.recognitions().create_recognition(request).await)
        .map(|made| made.recognition.unwrap())
}

#[tokio::test]
async fn an_institution_recognises_what_another_has_published() {
    let service = Service::start().await;
    let (offering, recognizing) = (
        service.institution("OFF").await,
        service.institution("REC").await,
    );
    let admin = service.admin().await;
    let decider = service
        .person(UserRole::InstitutionAdmin, Some(recognizing))
        .await;
    let offer = admin.publish_new(offering, "OFF-1").await;

    let made = recognise(&decider, recognition(&offer.id, recognizing))
        .await
        .unwrap();

    assert_eq!(made.micro_credential_title, "Title of OFF-1");
    assert_eq!(made.offering_institution.unwrap().code, "OFF");
    assert_eq!(made.recognizing_institution.unwrap().code, "REC");
    let again = recognise(&decider, recognition(&offer.id, recognizing)).await;
    assert_eq!(refusal(again), ErrorCode::DuplicateKey);
    let detail = service.anonymous().credential(&offer.id).await.unwrap();
    assert_eq!(detail.recognitions.len(), 1);
    for (day, expected) in [((2026, 6, 1), 1), ((2027, 1, 1), 0)] {
        let request = pb::ListRecognitionsRequest {
            micro_credential_id: Some(offer.id.clone()),
            on_date: Some(common::Date {
                year: day.0,
                month: day.1,
                day: day.2,
            }),
            ..Default::default()
        };
        let anonymous = service.anonymous();
        let list = outcome(
            anonymous
                .recognitions()
                .list_recognitions(anonymous.ask(request))
                .await,
        )
        .unwrap();
        assert_eq!(list.recognitions.len(), expected, "{day:?}");
    }
}

#[tokio::test]
async fn what_must_not_be_recognised_is_refused() {
    let service = Service::start().await;
    let (offering, recognizing) = (
        service.institution("OFF").await,
        service.institution("REC").await,
    );
    let admin = service.admin().await;
    let decider = service
        .person(UserRole::InstitutionAdmin, Some(recognizing))
        .await;
    let offer = admin.publish_new(offering, "OFF-1").await;
    let draft = admin
        .create_credential(offering, credential("OFF-2"))
        .await
        .unwrap();

    let own = recognise(&admin, recognition(&offer.id, offering))
        .await
        .unwrap_err();
    let hidden = recognise(&decider, recognition(&draft.id, recognizing)).await;
    let for_others = recognise(&decider, recognition(&offer.id, offering)).await;
    let backwards = pb::RecognitionDraft {
        expiry_date: Some(common::Date {
            year: 2025,
            month: 1,
            day: 1,
        }),
        ..recognition(&offer.id, recognizing)
    };

    assert_eq!(
        (own.code, own.fields[0].field.as_str()),
        (ErrorCode::ValidationError, "recognizingInstitutionId")
    );
    assert_eq!(refusal(hidden), ErrorCode::NotFound);
    assert_eq!(refusal(for_others), ErrorCode::AuthorizationError);
    assert_eq!(
        refusal(recognise(&decider, backwards).await),
        ErrorCode::ValidationError
    );
}

fn pathway(
    micro_credential: &str,
    source: InstitutionId,
    target: InstitutionId,
) -> pb::PathwayDraft {
    pb::PathwayDraft {
        name: "Onwards".into(),
        source_institution_id: source.to_string(),
        target_institution_id: target.to_string(),
        micro_credential_id: micro_credential.into(),
        pathway_type: pb::PathwayType::Articulation.into(),
        transfer_credits: Some(decimal("3")),
        ..Default::default()
    }
}

async fn lay(person: &Person, draft: pb::PathwayDraft) -> Result<pb::Pathway, domain::Failure> {
    let request = person.ask(pb::CreatePathwayRequest { draft: Some(draft) });
    outcome(person.pathways().create_pathway(request).await).map(|made| made.pathway.unwrap())
}

#[tokio::test]
async fn a_pathway_starts_where_its_micro_credential_is_offered() {
    let service = Service::start().await;
    let (source, target) = (
        service.institution("SRC").await,
        service.institution("TGT").await,
    );
    let third = service.institution("THIRD").await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(source))
        .await;
    let offer = writer
        .create_credential(source, credential("SRC-1"))
        .await
        .unwrap();
    let foreign = service.admin().await.publish_new(target, "TGT-1").await;

    let made = lay(&writer, pathway(&offer.id, source, target))
        .await
        .unwrap();
    let elsewhere = lay(&writer, pathway(&foreign.id, source, target))
        .await
        .unwrap_err();

    assert_eq!(elsewhere.fields[0].field, "microCredentialId");
    assert_eq!(made.status(), pb::PathwayStatus::Draft);
    let reader = |person: Person, id: String| async move {
        let request = person.ask(pb::GetPathwayRequest { id });
        outcome(person.pathways().get_pathway(request).await)
    };
    let of_target = service
        .person(UserRole::InstitutionAdmin, Some(target))
        .await;
    let of_third = service
        .person(UserRole::InstitutionAdmin, Some(third))
        .await;
    for status in ["DRAFT", "ARCHIVED", "UNDER_REVIEW"] {
        let sql = format!("UPDATE pathways SET status = '{status}'");
        service.sql(&sql).await;
        let seen = reader(of_target.clone(), made.id.clone()).await.is_ok();
        assert_eq!(seen, status == "UNDER_REVIEW", "{status}");
    }
    service.sql("UPDATE pathways SET status = 'DRAFT'").await;
    assert_eq!(
        refusal(reader(of_third, made.id.clone()).await),
        ErrorCode::NotFound
    );
    assert_eq!(
        refusal(reader(service.anonymous(), made.id.clone()).await),
        ErrorCode::NotFound
    );
    service.sql("UPDATE pathways SET status = 'ACTIVE'").await;
    assert!(reader(service.anonymous(), made.id).await.is_ok());
}
