//! The record of what joins two institutions: the administrators of both read it.

use domain::vocabulary::UserRole;
use protocol::pb::credential as pb;
use protocol::pb::credential::PathwayTransition::{Activate, Approve, Submit, Suspend};

use crate::chain::verified;
use crate::pathways::{Parties, step};
use crate::recognitions::{recognise, recognition};
use crate::support::{Person, Service, outcome};

/// What somebody reads about an object, newest first.
async fn entries(reader: &Person, id: &str) -> Vec<pb::AuditEntry> {
    let request = reader.ask(pb::ListAuditEntriesRequest {
        entity_id: Some(id.into()),
        ..Default::default()
    });
    outcome(reader.audit().list_audit_entries(request).await)
        .unwrap()
        .entries
}

fn actions(entries: &[pb::AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.action.as_str()).collect()
}

fn email(person: &Person) -> Option<String> {
    let id = person.principal.user_id();
    id.map(|id| format!("{id}@example.org"))
}

#[tokio::test]
async fn both_ends_of_a_pathway_read_who_has_acted() {
    let parties = Parties::gather().await;
    let Parties {
        service,
        source,
        target,
        writer,
        reviewer,
        stranger,
        ..
    } = &parties;
    let decider = service
        .person(UserRole::InstitutionAdmin, Some(*source))
        .await;
    let id = parties.draft().await.id;
    // The target does not know of the draft.
    assert_eq!(entries(reviewer, &id).await, []);

    step(writer, &id, Submit, None).await.unwrap();
    step(reviewer, &id, Approve, Some("Senate 114"))
        .await
        .unwrap();
    step(reviewer, &id, Activate, None).await.unwrap();
    step(writer, &id, Suspend, None).await.unwrap();

    let (at_source, at_target) = (entries(&decider, &id).await, entries(reviewer, &id).await);
    let steps = ["SUSPEND", "ACTIVATE", "APPROVE", "SUBMIT"];
    assert_eq!(actions(&at_source)[..4], steps);
    assert_eq!(actions(&at_source)[4..], ["CREATE"]);
    assert_eq!(actions(&at_target), steps);
    assert_eq!(entries(stranger, &id).await, []);
    let approval = &at_source[2];
    assert_eq!(approval.user_email, email(reviewer));
    assert_eq!(approval.institution_id, Some(target.to_string()));
    assert_eq!(
        approval.counterpart_institution_id,
        Some(source.to_string())
    );
    // Where a person of the other end was stays with that end.
    assert_eq!((&approval.ip_address, &approval.user_agent), (&None, &None));
    assert_eq!(approval.request_id, None);
    assert_eq!(at_target[2].ip_address.as_deref(), Some("192.0.2.7"));
    assert_eq!(at_target[0].user_email, email(writer));
    assert_eq!(at_target[0].ip_address, None);
    let of_two = "SELECT count(*) FROM audit_chain WHERE encoding = 2";
    assert_eq!(service.count(of_two).await, 4);
    assert_eq!(verified(&decider, 0).await.fault, None);
}

#[tokio::test]
async fn who_offers_reads_who_has_recognised() {
    let service = Service::start().await;
    let (offering, recognizing) = (
        service.institution("OFF").await,
        service.institution("REC").await,
    );
    let offer = service.admin().await.publish_new(offering, "OFF-1").await;
    let decider = service
        .person(UserRole::InstitutionAdmin, Some(recognizing))
        .await;
    let reader = service
        .person(UserRole::InstitutionAdmin, Some(offering))
        .await;

    let made = recognise(&decider, recognition(&offer.id, recognizing))
        .await
        .unwrap();

    let told = entries(&reader, &made.id).await;
    assert_eq!(actions(&told), ["CREATE"]);
    assert_eq!(told[0].user_email, email(&decider));
    assert_eq!(
        told[0].counterpart_institution_id,
        Some(offering.to_string())
    );
    assert_eq!(told[0].ip_address, None);
}
