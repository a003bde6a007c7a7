//! Lists with a filter that leaves a few hundred rows, and those of everything.

use domain::vocabulary::UserRole;
use protocol::convert::value::date_to_wire;
use protocol::pb::credential as pb;

use super::judgement::{Bench, FEW, asks};
use crate::support::decimal;

pub(super) async fn credentials(bench: &mut Bench) {
    let all = pb::ListMicroCredentialsRequest::default;
    let institution = bench.id("i7").await;
    let word = bench.service.text("SELECT md5('77')").await;
    let cases = [
        (
            "of an institution",
            pb::ListMicroCredentialsRequest {
                institution_id: Some(institution),
                ..all()
            },
        ),
        (
            "with a word",
            pb::ListMicroCredentialsRequest {
                search: Some(word),
                ..all()
            },
        ),
        (
            "with many credits",
            pb::ListMicroCredentialsRequest {
                min_credits: Some(decimal("30")),
                ..all()
            },
        ),
        (
            "of a rare type",
            pb::ListMicroCredentialsRequest {
                credential_type: Some(protocol::pb::common::CredentialType::Diploma.into()),
                ..all()
            },
        ),
        (
            "of a rare level",
            pb::ListMicroCredentialsRequest {
                level: Some(protocol::pb::common::EducationLevel::Graduate.into()),
                ..all()
            },
        ),
        (
            "of a rare mode",
            pb::ListMicroCredentialsRequest {
                delivery_mode: Some(protocol::pb::common::DeliveryMode::SelfPaced.into()),
                ..all()
            },
        ),
        (
            "under review",
            pb::ListMicroCredentialsRequest {
                status: Some(pb::CredentialStatus::UnderReview.into()),
                ..all()
            },
        ),
    ];
    for (name, request) in cases {
        let ask = asks!(
            bench.admin().await,
            credentials.list_micro_credentials(request)
        );
        bench.holds(name, "micro_credentials", FEW, ask).await;
    }
    // Nobody can count without counting: what a page of everything costs, and how much of it the exact total.
    for (name, person) in [
        ("first page", bench.visitor()),
        ("first page, admin", bench.admin().await),
    ] {
        let ask = asks!(person, credentials.list_micro_credentials(all()));
        let (count, whole) = bench.holds(name, "micro_credentials", 100_000.0, ask).await;
        let share = count.as_secs_f64() / whole.as_secs_f64();
        bench.lines.push(format!(
            "{name}: the exact total is {:.0} % of the time in the database",
            share * 100.0
        ));
    }
}

pub(super) async fn decisions(bench: &mut Bench) {
    let (credential, institution) = (bench.id("c7").await, bench.id("i7").await);
    let all = pb::ListRecognitionsRequest::default;
    let cases = [
        (
            "of a micro-credential",
            pb::ListRecognitionsRequest {
                micro_credential_id: Some(credential.clone()),
                ..all()
            },
        ),
        (
            "of an institution",
            pb::ListRecognitionsRequest {
                recognizing_institution_id: Some(institution.clone()),
                ..all()
            },
        ),
        (
            "of a rare type",
            pb::ListRecognitionsRequest {
                recognition_type: Some(protocol::pb::common::RecognitionType::Exemption.into()),
                ..all()
            },
        ),
        (
            "withdrawn",
            pb::ListRecognitionsRequest {
                is_active: Some(false),
                ..all()
            },
        ),
        (
            "in force long ago",
            pb::ListRecognitionsRequest {
                on_date: Some(date_to_wire(
                    chrono::NaiveDate::from_ymd_opt(2015, 1, 25).unwrap(),
                )),
                ..all()
            },
        ),
    ];
    for (name, request) in cases {
        let ask = asks!(bench.visitor(), recognitions.list_recognitions(request));
        bench.holds(name, "recognitions", FEW, ask).await;
    }
}

pub(super) async fn ways(bench: &mut Bench) {
    let (credential, institution) = (bench.id("c7").await, bench.id("i7").await);
    let all = pb::ListPathwaysRequest::default;
    let cases = [
        (
            "from an institution",
            pb::ListPathwaysRequest {
                source_institution_id: Some(institution.clone()),
                ..all()
            },
        ),
        (
            "to an institution",
            pb::ListPathwaysRequest {
                target_institution_id: Some(institution),
                ..all()
            },
        ),
        (
            "of a micro-credential",
            pb::ListPathwaysRequest {
                micro_credential_id: Some(credential),
                ..all()
            },
        ),
        (
            "of a rare type",
            pb::ListPathwaysRequest {
                pathway_type: Some(pb::PathwayType::Internal.into()),
                ..all()
            },
        ),
        (
            "suggested",
            pb::ListPathwaysRequest {
                is_ai_suggested: Some(true),
                ..all()
            },
        ),
        (
            "under review",
            pb::ListPathwaysRequest {
                status: Some(pb::PathwayStatus::UnderReview.into()),
                ..all()
            },
        ),
    ];
    for (name, request) in cases {
        let ask = asks!(bench.admin().await, pathways.list_pathways(request));
        bench.holds(name, "pathways", FEW, ask).await;
    }
}

pub(super) async fn record(bench: &mut Bench) {
    let (entity, user) = (bench.id("c7").await, bench.id("u7").await);
    let day = prost_types::Timestamp {
        seconds: chrono::Utc::now().timestamp() - 40 * 86_400,
        nanos: 0,
    };
    let all = pb::ListAuditEntriesRequest::default;
    let cases = [
        (
            "of an object",
            pb::ListAuditEntriesRequest {
                entity_id: Some(entity),
                ..all()
            },
        ),
        (
            "of a person",
            pb::ListAuditEntriesRequest {
                user_id: Some(user),
                ..all()
            },
        ),
        (
            "of a rare action",
            pb::ListAuditEntriesRequest {
                action: Some("ROLE_CHANGE".into()),
                ..all()
            },
        ),
        (
            "of a day",
            pb::ListAuditEntriesRequest {
                start_date: Some(day),
                end_date: Some(prost_types::Timestamp {
                    seconds: day.seconds + 86_400,
                    nanos: 0,
                }),
                ..all()
            },
        ),
    ];
    for (name, request) in cases {
        let ask = asks!(bench.admin().await, audit.list_audit_entries(request));
        bench.holds(name, "audit_logs", FEW, ask).await;
    }
    // Its own entries and those of the other end.
    let institution = bench.id("i8").await.parse().unwrap();
    let reader = bench
        .service
        .person(UserRole::InstitutionAdmin, Some(institution))
        .await;
    let ask = asks!(reader, audit.list_audit_entries(all()));
    bench
        .holds("of an institution", "audit_logs", FEW, ask)
        .await;
}
