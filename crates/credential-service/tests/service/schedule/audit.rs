//! The record is signed and verified without anybody asking.

use std::process::Command;

use super::{reached, start_worker};
use crate::chain::KEY;
use crate::support::Service;

#[tokio::test]
async fn the_record_is_signed_and_verified_and_a_broken_one_stays_visible() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let more = [
        ("AUDIT_SIGNING_KEY", KEY),
        ("AUDIT_ANCHOR_DIR", folder.path().to_str().unwrap()),
    ];
    service.institution("BCIT").await;
    let _worker = start_worker(&service, &more);

    reached(
        &service,
        1,
        "name = 'sign_audit_chain' AND last_succeeded_at IS NOT NULL AND last_count = 1",
    )
    .await;
    reached(
        &service,
        1,
        "name = 'verify_audit_chain' AND last_succeeded_at IS NOT NULL AND last_count = 1",
    )
    .await;
    let kept = std::fs::read_to_string(folder.path().join("audit-anchors.jsonl")).unwrap();
    assert_eq!(kept.lines().count(), 1);
    assert_eq!(service.count("SELECT count(*) FROM audit_anchors").await, 1);

    service
        .sql(
            "SET session_replication_role = replica; UPDATE audit_logs SET action = 'DELETE'; \
             UPDATE scheduled_tasks SET due_at = now() WHERE name = 'verify_audit_chain'",
        )
        .await;
    reached(
        &service,
        1,
        "name = 'verify_audit_chain' AND failures = 1 AND last_error LIKE 'the audit chain is broken%'",
    )
    .await;
    let said = Command::new(env!("CARGO_BIN_EXE_credential-service"))
        .arg("jobs")
        .env_clear()
        .env("APP_ENV", "test")
        .env("DATABASE_URL", &service.database.roles().app)
        .output()
        .unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(
        said.lines().any(
            |line| line.starts_with("task verify_audit_chain: last done 20")
                && line.contains("failed 1 times since: the audit chain is broken")
        ),
        "{said}"
    );
}

#[tokio::test]
async fn without_a_key_nothing_is_signed_and_everything_is_verified() {
    let service = Service::start().await;
    let _worker = start_worker(&service, &[]);

    reached(
        &service,
        1,
        "name = 'verify_audit_chain' AND last_succeeded_at IS NOT NULL",
    )
    .await;
    reached(&service, 0, "name = 'sign_audit_chain'").await;
}
