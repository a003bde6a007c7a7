//! Pathways: their fields, their steps, and whose step it is.

use domain::id::InstitutionId;
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use protocol::pb::credential as pb;
use protocol::pb::credential::PathwayStatus as Status;
use protocol::pb::credential::PathwayTransition::{
    Activate, Approve, Archive, Reject, Submit, Suspend,
};

use crate::support::{Person, Service, credential, decimal, outcome, refusal};

fn draft(offer: &str, source: InstitutionId, target: InstitutionId) -> pb::PathwayDraft {
    pb::PathwayDraft {
        name: "Into welding".into(),
        source_institution_id: source.to_string(),
        target_institution_id: target.to_string(),
        micro_credential_id: offer.into(),
        pathway_type: pb::PathwayType::Articulation.into(),
        transfer_credits: Some(decimal("3")),
        ..Default::default()
    }
}

async fn create(person: &Person, draft: pb::PathwayDraft) -> Result<pb::Pathway, Failure> {
    let request = person.ask(pb::CreatePathwayRequest { draft: Some(draft) });
    outcome(person.pathways().create_pathway(request).await).map(|made| made.pathway.unwrap())
}

async fn put(
    person: &Person,
    id: &str,
    draft: pb::PathwayDraft,
    expected_version: Option<i64>,
) -> Result<pb::Pathway, Failure> {
    let request = person.ask(pb::UpdatePathwayRequest {
        id: id.into(),
        draft: Some(draft),
        expected_version,
    });
    outcome(person.pathways().update_pathway(request).await).map(|made| made.pathway.unwrap())
}

async fn delete(person: &Person, id: &str) -> Result<pb::Pathway, Failure> {
    let request = person.ask(pb::DeletePathwayRequest {
        id: id.into(),
        expected_version: None,
    });
    outcome(person.pathways().delete_pathway(request).await).map(|made| made.pathway.unwrap())
}

pub(crate) async fn step(
    person: &Person,
    id: &str,
    step: pb::PathwayTransition,
    notes: Option<&str>,
) -> Result<pb::Pathway, Failure> {
    step_at(person, id, step, notes, None).await
}

async fn step_at(
    person: &Person,
    id: &str,
    step: pb::PathwayTransition,
    notes: Option<&str>,
    expected_version: Option<i64>,
) -> Result<pb::Pathway, Failure> {
    let request = person.ask(pb::TransitionPathwayRequest {
        id: id.into(),
        transition: step.into(),
        notes: notes.map(ToOwned::to_owned),
        expected_version,
    });
    outcome(person.pathways().transition_pathway(request).await).map(|made| made.pathway.unwrap())
}

/// Everybody who has to do with one pathway.
pub(crate) struct Parties {
    pub(crate) service: Service,
    pub(crate) source: InstitutionId,
    pub(crate) target: InstitutionId,
    pub(crate) writer: Person,
    receiver: Person,
    pub(crate) reviewer: Person,
    pub(crate) stranger: Person,
    pub(crate) offer: String,
}

impl Parties {
    pub(crate) async fn gather() -> Self {
        let service = Service::start().await;
        let (source, target, third) = (
            service.institution("SOURCE").await,
            service.institution("TARGET").await,
            service.institution("THIRD").await,
        );
        let offer = service.admin().await.publish_new(source, "SOURCE-1").await;
        Self {
            writer: service
                .person(UserRole::ProgramCoordinator, Some(source))
                .await,
            receiver: service
                .person(UserRole::ProgramCoordinator, Some(target))
                .await,
            reviewer: service
                .person(UserRole::InstitutionAdmin, Some(target))
                .await,
            stranger: service
                .person(UserRole::InstitutionAdmin, Some(third))
                .await,
            offer: offer.id,
            source,
            target,
            service,
        }
    }

    pub(crate) async fn draft(&self) -> pb::Pathway {
        let fields = draft(&self.offer, self.source, self.target);
        create(&self.writer, fields).await.unwrap()
    }
}

#[tokio::test]
async fn a_pathway_goes_from_draft_to_the_archive() {
    let parties = Parties::gather().await;
    let Parties {
        writer, reviewer, ..
    } = &parties;
    let id = parties.draft().await.id;

    step(writer, &id, Submit, None).await.unwrap();
    let back = step(reviewer, &id, Reject, Some("Which program?"))
        .await
        .unwrap();
    assert_eq!(back.status(), Status::Draft);
    assert_eq!(back.review_notes.as_deref(), Some("Which program?"));
    step(writer, &id, Submit, None).await.unwrap();
    let approved = step(reviewer, &id, Approve, Some("Senate 114"))
        .await
        .unwrap();
    assert_eq!(approved.status(), Status::Approved);
    assert_eq!(approved.review_notes.as_deref(), Some("Senate 114"));
    assert_eq!(
        approved.approved_by,
        reviewer.principal.user_id().map(|user| user.to_string())
    );
    assert!(approved.approved_at.is_some());
    let open = step(writer, &id, Activate, None).await.unwrap();
    assert_eq!(open.status(), Status::Active);
    assert_eq!(open.approved_at, approved.approved_at);
    step(writer, &id, Suspend, None).await.unwrap();
    let alone = step(writer, &id, Activate, None).await;
    assert_eq!(refusal(alone), ErrorCode::AuthorizationError);
    step(reviewer, &id, Activate, None).await.unwrap();
    let over = step(writer, &id, Archive, None).await.unwrap();

    assert_eq!((over.status(), over.is_active), (Status::Archived, false));
    assert_eq!(over.version, 9);
    let actions = format!(
        "SELECT count(*) FROM audit_logs WHERE entity_id = '{id}' \
         AND action IN ('CREATE', 'SUBMIT', 'REJECT', 'APPROVE', 'ACTIVATE', 'SUSPEND', 'ARCHIVE')"
    );
    assert_eq!(parties.service.count(&actions).await, 9);
    let events = format!("SELECT count(*) FROM outbox_events WHERE entity_id = '{id}'");
    assert_eq!(parties.service.count(&events).await, 9);
}

#[tokio::test]
async fn every_step_belongs_to_somebody() {
    let parties = Parties::gather().await;
    let Parties {
        writer,
        reviewer,
        receiver,
        stranger,
        ..
    } = &parties;
    let id = parties.draft().await.id;
    let forbidden = ErrorCode::AuthorizationError;

    assert_eq!(
        refusal(step(stranger, &id, Submit, None).await),
        ErrorCode::NotFound
    );
    // The target has not been asked: it does not know of the draft.
    assert_eq!(
        refusal(step(reviewer, &id, Submit, None).await),
        ErrorCode::NotFound
    );
    let nobody = parties.service.anonymous();
    assert_eq!(
        refusal(step(&nobody, &id, Submit, None).await),
        ErrorCode::TokenMissing
    );
    step(writer, &id, Submit, None).await.unwrap();
    let own = parties
        .service
        .person(UserRole::InstitutionAdmin, Some(parties.source))
        .await;
    assert_eq!(refusal(step(reviewer, &id, Submit, None).await), forbidden);
    for person in [writer, receiver, &own] {
        assert_eq!(refusal(step(person, &id, Approve, None).await), forbidden);
    }
    assert_eq!(
        refusal(step(stranger, &id, Approve, None).await),
        ErrorCode::NotFound
    );
    step(reviewer, &id, Approve, None).await.unwrap();
    step(receiver, &id, Activate, None).await.unwrap();
    assert_eq!(refusal(step(stranger, &id, Archive, None).await), forbidden);
}

#[tokio::test]
async fn reviewers_say_why_and_nobody_else_says_anything() {
    let parties = Parties::gather().await;
    let Parties {
        writer, reviewer, ..
    } = &parties;
    let id = parties.draft().await.id;
    step(writer, &id, Submit, None).await.unwrap();

    for reason in [None, Some(" "), Some("x\0"), Some(&*"x".repeat(5_001))] {
        let refused = step(reviewer, &id, Reject, reason).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.fields[0].field.as_str()),
            (ErrorCode::ValidationError, "reason")
        );
    }
    let refused = step(reviewer, &id, Approve, Some("")).await.unwrap_err();
    assert_eq!(refused.fields[0].field, "notes");
    let refused = step(writer, &id, Submit, Some("please")).await.unwrap_err();
    assert_eq!(refused.fields[0].field, "notes");
}

#[tokio::test]
async fn what_is_reviewed_does_not_change_under_the_hands_of_the_reviewer() {
    let parties = Parties::gather().await;
    let Parties {
        writer, reviewer, ..
    } = &parties;
    let made = parties.draft().await;
    let fields = draft(&parties.offer, parties.source, parties.target);
    let renamed = pb::PathwayDraft {
        name: "Renamed".into(),
        ..fields.clone()
    };

    let after = put(writer, &made.id, renamed, Some(1)).await.unwrap();

    assert_eq!(after.fields.unwrap().name, "Renamed");
    let late = put(writer, &made.id, fields.clone(), Some(1)).await;
    assert_eq!(refusal(late), ErrorCode::PreconditionFailed);
    let foreign = put(reviewer, &made.id, fields.clone(), None).await;
    assert_eq!(refusal(foreign), ErrorCode::NotFound);
    let moved = pb::PathwayDraft {
        source_institution_id: parties.target.to_string(),
        ..fields.clone()
    };
    let moved = put(writer, &made.id, moved, None).await.unwrap_err();
    assert!(
        moved
            .fields
            .iter()
            .any(|it| it.field == "sourceInstitutionId")
    );
    let late = step_at(writer, &made.id, Submit, None, Some(1)).await;
    assert_eq!(refusal(late), ErrorCode::PreconditionFailed);
    step_at(writer, &made.id, Submit, None, Some(2))
        .await
        .unwrap();
    let foreign = put(reviewer, &made.id, fields.clone(), None).await;
    assert_eq!(refusal(foreign), ErrorCode::AuthorizationError);
    let frozen = put(writer, &made.id, fields, None).await;
    assert_eq!(refusal(frozen), ErrorCode::Conflict);
}

#[tokio::test]
async fn a_withdrawn_pathway_stays_with_those_it_joined() {
    let parties = Parties::gather().await;
    let Parties {
        writer,
        reviewer,
        stranger,
        ..
    } = &parties;
    let id = parties.draft().await.id;
    assert_eq!(refusal(delete(stranger, &id).await), ErrorCode::NotFound);
    assert_eq!(refusal(delete(reviewer, &id).await), ErrorCode::NotFound);

    let gone = delete(writer, &id).await.unwrap();
    let again = delete(writer, &id).await.unwrap();

    assert_eq!((gone.status(), gone.version), (Status::Archived, 2));
    assert_eq!(again.version, 2);
    let dead = step(writer, &id, Submit, None).await;
    assert_eq!(refusal(dead), ErrorCode::InvalidTransition);
    let kinds =
        format!("SELECT count(*) FROM outbox_events WHERE entity_id = '{id}' AND kind = 'DELETED'");
    assert_eq!(parties.service.count(&kinds).await, 1);
}

#[tokio::test]
async fn a_pathway_opens_from_a_published_offer_only() {
    let parties = Parties::gather().await;
    let Parties {
        writer, reviewer, ..
    } = &parties;
    let hidden = writer
        .create_credential(parties.source, credential("SOURCE-2"))
        .await
        .unwrap();
    let fields = draft(&hidden.id, parties.source, parties.target);
    let id = create(writer, fields).await.unwrap().id;
    step(writer, &id, Submit, None).await.unwrap();
    step(reviewer, &id, Approve, None).await.unwrap();

    let refused = step(writer, &id, Activate, None).await;

    assert_eq!(refusal(refused), ErrorCode::Conflict);
}
