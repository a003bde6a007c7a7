//! Bad input is the caller's to mend: never INTERNAL, never UNAVAILABLE.

use domain::ErrorKind;
use protocol::pb::common;
use protocol::pb::credential as pb;

use crate::support::{Service, credential, decimal, institution, outcome, outcome_draft};

#[tokio::test]
async fn hostile_reads_are_refused_with_a_reason() {
    let service = Service::start().await;
    let admin = service.admin().await;
    let page = |page, limit, sort: &str| {
        Some(common::PageRequest {
            page,
            limit,
            sort: sort.into(),
            cursor: None,
        })
    };
    let requests = [
        pb::ListMicroCredentialsRequest {
            search: Some("a\0b".into()),
            ..Default::default()
        },
        pb::ListMicroCredentialsRequest {
            search: Some("x".repeat(1_000_000)),
            ..Default::default()
        },
        pb::ListMicroCredentialsRequest {
            institution_id: Some("\0".into()),
            ..Default::default()
        },
        pb::ListMicroCredentialsRequest {
            status: Some(99),
            ..Default::default()
        },
        pb::ListMicroCredentialsRequest {
            level: Some(-1),
            ..Default::default()
        },
        pb::ListMicroCredentialsRequest {
            min_credits: Some(decimal("1e400")),
            ..Default::default()
        },
        pb::ListMicroCredentialsRequest {
            page: page(1, 101, ""),
            ..Default::default()
        },
        pb::ListMicroCredentialsRequest {
            page: page(u32::MAX, 1, ""),
            ..Default::default()
        },
        pb::ListMicroCredentialsRequest {
            page: page(1, 1, "password_hash"),
            ..Default::default()
        },
        pb::ListMicroCredentialsRequest {
            page: page(1, 1, "title; DROP TABLE users"),
            ..Default::default()
        },
    ];
    for request in requests {
        let refused = admin.list_credentials(request).await.unwrap_err();
        assert!(
            matches!(refused.kind(), ErrorKind::Invalid | ErrorKind::Malformed),
            "{refused}"
        );
    }
    let harmless = pb::ListMicroCredentialsRequest {
        search: Some("'; DROP TABLE users; --".into()),
        max_credits: Some(decimal("79228162514264337593543950335")),
        min_credits: Some(decimal("-1")),
        page: page(1_000, 100, "-credits"),
        ..Default::default()
    };
    let too_deep = pb::ListMicroCredentialsRequest {
        page: page(100_000, 100, "-credits"),
        ..Default::default()
    };
    let too_deep = admin.list_credentials(too_deep).await.unwrap_err();
    assert_eq!(too_deep.fields[0].field, "page");
    assert!(
        admin
            .list_credentials(harmless)
            .await
            .unwrap()
            .micro_credentials
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_no_identifier_is_refused() {
    let service = Service::start().await;
    let admin = service.admin().await;
    for id in [
        "",
        "x",
        "\0",
        "00000000000000000000000000000000",
        "{00000000-0000-0000-0000-000000000000}",
    ] {
        assert_eq!(
            admin.credential(id).await.unwrap_err().kind(),
            ErrorKind::Malformed,
            "{id}"
        );
    }
}

#[tokio::test]
async fn hostile_drafts_are_refused_with_every_reason() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let drafts = [
        pb::MicroCredentialDraft {
            title: "a\0b".into(),
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            description: Some("x".repeat(10_001)),
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            credits: Some(decimal("60.01")),
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            credits: Some(decimal("0.001")),
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            duration_hours: Some(decimal("0")),
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            cost: Some(decimal("79228162514264337593543950335")),
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            cost: Some(decimal("NaN")),
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            credential_type: 0,
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            level: Some(1_000),
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            effective_date: Some(common::Date {
                year: 2026,
                month: 13,
                day: 1,
            }),
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            outcomes: vec![outcome_draft("x", true); 101],
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            outcomes: vec![outcome_draft("\0", true)],
            ..credential("X-1")
        },
        pb::MicroCredentialDraft {
            program_url: Some("ftp://x".into()),
            ..credential("X-1")
        },
    ];
    for draft in drafts {
        let shown = format!("{draft:.200?}");
        let refused = admin.create_credential(owner, draft).await.unwrap_err();
        assert!(
            matches!(refused.kind(), ErrorKind::Invalid | ErrorKind::Malformed),
            "{refused} for {shown}"
        );
    }
    assert_eq!(
        service
            .count("SELECT count(*) FROM micro_credentials")
            .await,
        0
    );
}

#[tokio::test]
async fn a_draft_needs_its_parts() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let bare = admin.ask(pb::CreateMicroCredentialRequest {
        institution_id: owner.to_string(),
        draft: None,
    });
    let refused = outcome(admin.credentials().create_micro_credential(bare).await).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Malformed);
    let nowhere = admin
        .create_credential(domain::id::InstitutionId::generate(), credential("X-1"))
        .await;
    assert_eq!(nowhere.unwrap_err().fields[0].field, "institutionId");
}

#[tokio::test]
async fn hostile_audit_filters_are_refused() {
    let service = Service::start().await;
    let admin = service.admin().await;
    let requests = [
        pb::ListAuditEntriesRequest {
            entity_type: Some("\0".into()),
            ..Default::default()
        },
        pb::ListAuditEntriesRequest {
            action: Some("EXPLODE".into()),
            ..Default::default()
        },
        pb::ListAuditEntriesRequest {
            entity_id: Some("x".into()),
            ..Default::default()
        },
    ];
    for request in requests {
        let refused =
            outcome(admin.audit().list_audit_entries(admin.ask(request)).await).unwrap_err();
        assert!(
            matches!(refused.kind(), ErrorKind::Invalid | ErrorKind::Malformed),
            "{refused}"
        );
    }
    let far = pb::ListAuditEntriesRequest {
        start_date: Some(prost_types::Timestamp {
            seconds: -62_135_596_800,
            nanos: 0,
        }),
        end_date: Some(prost_types::Timestamp {
            seconds: 253_402_300_799,
            nanos: 999_999_999,
        }),
        ..Default::default()
    };
    assert!(outcome(admin.audit().list_audit_entries(admin.ask(far)).await).is_ok());
    let request = admin.ask(pb::CreateInstitutionRequest {
        draft: Some(pb::InstitutionDraft {
            r#type: 77,
            ..institution("X")
        }),
    });
    assert!(outcome(admin.institutions().create_institution(request).await).is_err());
}
