//! Changing and withdrawing what is on record: institutions, micro-credentials, recognitions.

use chrono::{Datelike, Days, NaiveDate, Utc};
use domain::id::InstitutionId;
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use protocol::pb::common;
use protocol::pb::credential as pb;
use protocol::pb::credential::PathwayTransition::{Activate, Approve, Submit};

use crate::pathways::{Parties, step};
use crate::recognitions::{recognise, recognition};
use crate::support::{Person, Service, credential, decimal, institution, outcome, refusal};

async fn put_institution(
    person: &Person,
    id: InstitutionId,
    draft: pb::InstitutionDraft,
    is_active: Option<bool>,
    expected_version: Option<i64>,
) -> Result<pb::Institution, Failure> {
    let request = person.ask(pb::UpdateInstitutionRequest {
        id: id.to_string(),
        draft: Some(draft),
        is_active,
        expected_version,
    });
    outcome(person.institutions().update_institution(request).await)
        .map(|made| made.institution.unwrap())
}

async fn delete_institution(
    person: &Person,
    id: InstitutionId,
    expected_version: Option<i64>,
) -> Result<pb::Institution, Failure> {
    let request = person.ask(pb::DeleteInstitutionRequest {
        id: id.to_string(),
        expected_version,
    });
    outcome(person.institutions().delete_institution(request).await)
        .map(|made| made.institution.unwrap())
}

pub(crate) async fn delete_credential(
    person: &Person,
    id: &str,
    expected_version: Option<i64>,
) -> Result<pb::MicroCredential, Failure> {
    let request = person.ask(pb::DeleteMicroCredentialRequest {
        id: id.into(),
        expected_version,
    });
    outcome(person.credentials().delete_micro_credential(request).await)
        .map(|made| made.micro_credential.unwrap())
}

async fn put_recognition(
    person: &Person,
    id: &str,
    draft: pb::RecognitionDraft,
    expected_version: Option<i64>,
) -> Result<pb::Recognition, Failure> {
    let request = person.ask(pb::UpdateRecognitionRequest {
        id: id.into(),
        draft: Some(draft),
        expected_version,
    });
    outcome(person.recognitions().update_recognition(request).await)
        .map(|made| made.recognition.unwrap())
}

async fn delete_recognition(person: &Person, id: &str) -> Result<pb::Recognition, Failure> {
    let request = person.ask(pb::DeleteRecognitionRequest {
        id: id.into(),
        expected_version: None,
    });
    outcome(person.recognitions().delete_recognition(request).await)
        .map(|made| made.recognition.unwrap())
}

/// How often an action is on record for an object, and how often an event was announced for it.
async fn on_record(service: &Service, id: &str, action: &str, event: &str) -> (i64, i64) {
    let entries =
        format!("SELECT count(*) FROM audit_logs WHERE entity_id = '{id}' AND action = '{action}'");
    let events = format!(
        "SELECT count(*) FROM outbox_events WHERE entity_id = '{id}' AND event_type = '{event}'"
    );
    (service.count(&entries).await, service.count(&events).await)
}

#[tokio::test]
async fn an_institution_is_changed_by_its_own_administrator() {
    let service = Service::start().await;
    let (own, other) = (
        service.institution("OWN").await,
        service.institution("OTHER").await,
    );
    let decider = service.person(UserRole::InstitutionAdmin, Some(own)).await;
    let stranger = service
        .person(UserRole::InstitutionAdmin, Some(other))
        .await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;
    let renamed = pb::InstitutionDraft {
        name: "Renamed".into(),
        ..institution("OWN")
    };

    let after = put_institution(&decider, own, renamed.clone(), None, Some(1))
        .await
        .unwrap();

    assert_eq!((after.version, after.is_active), (2, true));
    assert_eq!(after.fields.unwrap().name, "Renamed");
    let late = put_institution(&decider, own, renamed.clone(), None, Some(1)).await;
    assert_eq!(refusal(late), ErrorCode::PreconditionFailed);
    for person in [&stranger, &writer] {
        let refused = put_institution(person, own, renamed.clone(), None, None).await;
        assert_eq!(refusal(refused), ErrorCode::AuthorizationError);
    }
    let taken = put_institution(&decider, own, institution("OTHER"), None, None).await;
    assert_eq!(refusal(taken), ErrorCode::DuplicateKey);
    let broken = pb::InstitutionDraft {
        name: " ".into(),
        contact_email: Some("nobody".into()),
        ..institution("OWN")
    };
    let broken = put_institution(&decider, own, broken, None, None).await;
    let fields: Vec<_> = broken.unwrap_err().fields;
    assert_eq!(fields.len(), 2, "{fields:?}");
    let recorded = on_record(&service, &own.to_string(), "UPDATE", "institution.updated").await;
    assert_eq!(recorded, (1, 1));
}

#[tokio::test]
async fn nothing_new_refers_to_a_withdrawn_institution() {
    let service = Service::start().await;
    let (own, other) = (
        service.institution("OWN").await,
        service.institution("OTHER").await,
    );
    let admin = service.admin().await;
    let decider = service.person(UserRole::InstitutionAdmin, Some(own)).await;
    let offer = admin.publish_new(own, "OWN-1").await;
    let others = admin.publish_new(other, "OTHER-1").await;
    let refused = delete_institution(&decider, own, None).await;
    assert_eq!(refusal(refused), ErrorCode::AuthorizationError);
    let late = delete_institution(&admin, own, Some(7)).await;
    assert_eq!(refusal(late), ErrorCode::PreconditionFailed);

    let gone = delete_institution(&admin, own, Some(1)).await.unwrap();
    let again = delete_institution(&admin, own, None).await.unwrap();

    assert_eq!((gone.is_active, gone.version, again.version), (false, 2, 2));
    let recorded = on_record(&service, &own.to_string(), "DELETE", "institution.deleted").await;
    assert_eq!(recorded, (1, 1));
    assert!(service.anonymous().credential(&offer.id).await.is_ok());
    let draft = admin.create_credential(own, credential("OWN-2")).await;
    assert_eq!(draft.unwrap_err().fields[0].field, "institutionId");
    let by_it = recognise(&admin, recognition(&others.id, own)).await;
    assert_eq!(
        by_it.unwrap_err().fields[0].field,
        "recognizingInstitutionId"
    );
    let mine = put_institution(&decider, own, institution("OWN"), Some(true), None).await;
    assert_eq!(refusal(mine), ErrorCode::AuthorizationError);
    let back = put_institution(&admin, own, institution("OWN"), Some(true), None)
        .await
        .unwrap();
    assert!(back.is_active);
    assert!(
        admin
            .create_credential(own, credential("OWN-2"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_withdrawn_offer_is_gone_for_everyone_but_its_institution() {
    let service = Service::start().await;
    let (own, other) = (
        service.institution("OWN").await,
        service.institution("OTHER").await,
    );
    let admin = service.admin().await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;
    let decider = service.person(UserRole::InstitutionAdmin, Some(own)).await;
    let stranger = service
        .person(UserRole::InstitutionAdmin, Some(other))
        .await;
    let public = admin.publish_new(own, "OWN-1").await;
    let draft = admin
        .create_credential(own, credential("OWN-2"))
        .await
        .unwrap();
    let refused = delete_credential(&writer, &public.id, None).await;
    assert_eq!(refusal(refused), ErrorCode::AuthorizationError);
    let refused = delete_credential(&stranger, &public.id, None).await;
    assert_eq!(refusal(refused), ErrorCode::AuthorizationError);
    let hidden = delete_credential(&stranger, &draft.id, None).await;
    assert_eq!(refusal(hidden), ErrorCode::NotFound);
    let late = delete_credential(&decider, &public.id, Some(1)).await;
    assert_eq!(refusal(late), ErrorCode::PreconditionFailed);

    for id in [&public.id, &draft.id] {
        let gone = delete_credential(&decider, id, None).await.unwrap();
        let again = delete_credential(&decider, id, None).await.unwrap();
        assert_eq!((gone.is_active, gone.version), (false, again.version));
        assert_eq!(gone.status(), pb::CredentialStatus::Archived);
        let recorded = on_record(&service, id, "DELETE", "credential.deleted").await;
        assert_eq!(recorded, (1, 1));
        assert!(writer.credential(id).await.is_ok());
    }

    let anonymous = service.anonymous();
    let seen = anonymous.credential(&public.id).await;
    assert_eq!(refusal(seen), ErrorCode::ResourceDeleted);
    let never_seen = anonymous.credential(&draft.id).await;
    assert_eq!(refusal(never_seen), ErrorCode::NotFound);
    let kinds = "SELECT count(*) FROM outbox_events WHERE kind = 'DELETED'";
    assert_eq!(service.count(kinds).await, 2);
}

#[tokio::test]
async fn a_decision_is_changed_by_those_who_took_it() {
    let service = Service::start().await;
    let (offering, recognizing) = (
        service.institution("OFF").await,
        service.institution("REC").await,
    );
    let admin = service.admin().await;
    let decider = service
        .person(UserRole::InstitutionAdmin, Some(recognizing))
        .await;
    let stranger = service
        .person(UserRole::InstitutionAdmin, Some(offering))
        .await;
    let offer = admin.publish_new(offering, "OFF-1").await;
    let made = recognise(&decider, recognition(&offer.id, recognizing))
        .await
        .unwrap();
    let changed = pb::RecognitionDraft {
        credit_value: Some(decimal("1.5")),
        conditions: Some("A portfolio".into()),
        ..recognition(&offer.id, recognizing)
    };

    let after = put_recognition(&decider, &made.id, changed.clone(), Some(1))
        .await
        .unwrap();

    assert_eq!(after.version, 2);
    assert_eq!(after.fields.unwrap().credit_value, Some(decimal("1.5")));
    let late = put_recognition(&decider, &made.id, changed.clone(), Some(1)).await;
    assert_eq!(refusal(late), ErrorCode::PreconditionFailed);
    let foreign = put_recognition(&stranger, &made.id, changed.clone(), None).await;
    assert_eq!(refusal(foreign), ErrorCode::AuthorizationError);
    let moved = pb::RecognitionDraft {
        recognizing_institution_id: offering.to_string(),
        ..changed.clone()
    };
    let moved = put_recognition(&decider, &made.id, moved, None).await;
    assert_eq!(
        moved.unwrap_err().fields[0].field,
        "recognizingInstitutionId"
    );
    let recorded = on_record(&service, &made.id, "UPDATE", "recognition.updated").await;
    assert_eq!(recorded, (1, 1));
    let foreign = delete_recognition(&stranger, &made.id).await;
    assert_eq!(refusal(foreign), ErrorCode::AuthorizationError);
    let gone = delete_recognition(&decider, &made.id).await.unwrap();
    assert!(!gone.is_active && gone.withdrawn_at.is_some());
    let dead = put_recognition(&decider, &made.id, changed, None).await;
    assert_eq!(refusal(dead), ErrorCode::Conflict);
}

async fn in_force(person: &Person, offer: &str, day: NaiveDate) -> usize {
    let request = person.ask(pb::ListRecognitionsRequest {
        micro_credential_id: Some(offer.into()),
        on_date: Some(common::Date {
            year: day.year(),
            month: day.month(),
            day: day.day(),
        }),
        ..Default::default()
    });
    let list = outcome(person.recognitions().list_recognitions(request).await).unwrap();
    list.recognitions.len()
}

#[tokio::test]
async fn who_completed_before_a_decision_was_withdrawn_keeps_the_credit() {
    let service = Service::start().await;
    let (offering, recognizing) = (
        service.institution("OFF").await,
        service.institution("REC").await,
    );
    let admin = service.admin().await;
    let offer = admin.publish_new(offering, "OFF-1").await;
    let lasting = pb::RecognitionDraft {
        expiry_date: None,
        ..recognition(&offer.id, recognizing)
    };
    let made = recognise(&admin, lasting.clone()).await.unwrap();

    delete_recognition(&admin, &made.id).await.unwrap();

    let today = Utc::now().date_naive();
    let yesterday = today - Days::new(1);
    let anonymous = service.anonymous();
    assert_eq!(in_force(&anonymous, &offer.id, yesterday).await, 1);
    assert_eq!(in_force(&anonymous, &offer.id, today).await, 0);
    // The same decision can be taken anew.
    recognise(&admin, lasting).await.unwrap();
    assert_eq!(in_force(&anonymous, &offer.id, today).await, 1);
}

async fn pathway(person: &Person, id: &str) -> Result<pb::Pathway, Failure> {
    let request = person.ask(pb::GetPathwayRequest { id: id.into() });
    outcome(person.pathways().get_pathway(request).await).map(|found| found.pathway.unwrap())
}

/// A pathway that its target has agreed to.
async fn approved(parties: &Parties) -> String {
    let id = parties.draft().await.id;
    step(&parties.writer, &id, Submit, None).await.unwrap();
    step(&parties.reviewer, &id, Approve, None).await.unwrap();
    id
}

async fn open(parties: &Parties) -> String {
    let id = approved(parties).await;
    step(&parties.writer, &id, Activate, None).await.unwrap();
    id
}

#[tokio::test]
async fn the_open_pathways_of_a_withdrawn_offer_are_withdrawn_with_it() {
    for archives in [true, false] {
        let parties = Parties::gather().await;
        let Parties {
            service, source, ..
        } = &parties;
        let decider = service
            .person(UserRole::InstitutionAdmin, Some(*source))
            .await;
        let ways = [open(&parties).await, open(&parties).await];
        let waiting = approved(&parties).await;

        if archives {
            let archive = pb::CredentialTransition::Archive;
            decider.step(&parties.offer, archive).await.unwrap();
        } else {
            delete_credential(&decider, &parties.offer, None)
                .await
                .unwrap();
        }

        for id in &ways {
            let seen = pathway(&service.anonymous(), id).await;
            assert_eq!(refusal(seen), ErrorCode::NotFound);
            let kept = pathway(&parties.reviewer, id).await.unwrap();
            assert_eq!(kept.status(), pb::PathwayStatus::Archived);
            assert_eq!((kept.is_active, kept.version), (false, 5));
            let recorded = on_record(service, id, "ARCHIVE", "pathway.archived").await;
            assert_eq!(recorded, (1, 1));
        }
        // What was never open is not touched, and cannot be opened any more.
        let untouched = pathway(&parties.reviewer, &waiting).await.unwrap();
        assert_eq!(untouched.status(), pb::PathwayStatus::Approved);
        let late = step(&parties.writer, &waiting, Activate, None).await;
        assert_eq!(refusal(late), ErrorCode::Conflict);
    }
}

#[tokio::test]
async fn the_open_pathways_of_a_withdrawn_institution_are_closed_until_it_is_back() {
    let parties = Parties::gather().await;
    let Parties {
        service,
        source,
        target,
        reviewer,
        ..
    } = &parties;
    let admin = service.admin().await;
    let id = open(&parties).await;

    delete_institution(&admin, *target, None).await.unwrap();

    let closed = pathway(reviewer, &id).await.unwrap();
    assert_eq!(closed.status(), pb::PathwayStatus::Suspended);
    let recorded = on_record(service, &id, "SUSPEND", "pathway.suspended").await;
    assert_eq!(recorded, (1, 1));
    let early = step(reviewer, &id, Activate, None).await;
    assert_eq!(refusal(early), ErrorCode::Conflict);
    put_institution(&admin, *target, institution("TARGET"), Some(true), None)
        .await
        .unwrap();
    let still = pathway(reviewer, &id).await.unwrap();
    assert_eq!(still.status(), pb::PathwayStatus::Suspended);
    step(reviewer, &id, Activate, None).await.unwrap();
    put_institution(&admin, *source, institution("SOURCE"), Some(false), None)
        .await
        .unwrap();
    let closed = pathway(reviewer, &id).await.unwrap();
    assert_eq!(closed.status(), pb::PathwayStatus::Suspended);
    let recorded = on_record(service, &id, "SUSPEND", "pathway.suspended").await;
    assert_eq!(recorded, (2, 2));
}
