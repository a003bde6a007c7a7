//! The record as a chain: linked by the database, verified by the service, signed and kept elsewhere.

use std::process::Output;
use std::time::Instant;

use dev_stack::TestDatabase;
use domain::ErrorCode;
use domain::audit::{ChainFaultKind, ChainReport};
use domain::vocabulary::UserRole;
use futures::future::join_all;
use protocol::pb::credential as pb;
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{Person, Service, credential, outcome, refusal};

/// Made with `openssl genpkey -algorithm ed25519`, for these tests.
pub(crate) const KEY: &str = "MC4CAQAwBQYDK2VwBCIEINDKCumxccuXs6FAEyoT0zaezaZTx+RBehnORUNys7wS";
const ANOTHER_KEY: &str = "MC4CAQAwBQYDK2VwBCIEIIL5MTn6sDbfp4fAMXZD4VOB9otFNRHD6O5F9b70AFjS";
/// Everything that stays the same while numbers and hashes must: no number twice, none left out, each follows from the last.
const FORKS: &str = "SELECT count(*) FROM audit_chain AS link LEFT JOIN audit_chain AS before ON before.sequence = link.sequence - 1 \
     WHERE link.sequence > 1 AND link.previous_hash IS DISTINCT FROM before.entry_hash";

pub(crate) async fn signing_service() -> Service {
    let database = TestDatabase::create().await.unwrap();
    let url = database.roles().app.clone();
    Service::start_with(database, &url, &[("AUDIT_SIGNING_KEY", KEY)]).await
}

pub(crate) async fn verified(reader: &Person, after: u64) -> ChainReport {
    let request = reader.ask(pb::VerifyAuditChainRequest { after });
    outcome(reader.audit().verify_audit_chain(request).await)
        .unwrap()
        .try_into()
        .unwrap()
}

/// Runs the operator's command `audit` on the database of a service.
pub(crate) async fn audit(
    service: &Service,
    key: &str,
    folder: &TempDir,
    arguments: &[&str],
) -> Output {
    Command::new(env!("CARGO_BIN_EXE_credential-service"))
        .arg("audit")
        .args(arguments)
        .env_clear()
        .env("APP_ENV", "test")
        .env("DATABASE_URL", &service.database.roles().app)
        .env("AUDIT_SIGNING_KEY", key)
        .env("AUDIT_ANCHOR_DIR", folder.path())
        .output()
        .await
        .unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test]
async fn every_change_is_linked_and_the_service_agrees_with_the_database() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    admin.publish_new(owner, "B-1").await;
    let odd = pb::MicroCredentialDraft {
        title: "Señales, 信号 and \"quotes\" \\ \u{1F600}".into(),
        ..credential("B-2")
    };
    admin.create_credential(owner, odd).await.unwrap();

    let report = verified(&admin, 0).await;

    assert_eq!(report.fault, None);
    assert!(report.complete);
    let entries = service.count("SELECT count(*) FROM audit_logs").await;
    assert_eq!(i64::try_from(report.checked).unwrap(), entries);
    assert!(entries >= 5);
    let rest = verified(&admin, 2).await;
    assert_eq!((rest.fault, rest.checked), (None, report.checked - 2));
    assert_eq!(rest.checked_through_hash, report.checked_through_hash);
}

#[tokio::test]
async fn sixty_four_writers_make_one_chain() {
    let service = Service::start().await;
    let admin = service.admin().await;
    let writers = (0..64).map(|number| {
        let admin = admin.clone();
        async move {
            for round in 0..3 {
                let code = format!("W{number}-{round}");
                // A full pool refuses for the moment, and nothing of it stays.
                while let Err(refused) = admin.create_institution(&code).await {
                    assert_eq!(refused.code, ErrorCode::ServiceUnavailable);
                }
            }
        }
    });

    join_all(writers).await;

    let report = verified(&admin, 0).await;
    assert_eq!((report.fault, report.checked), (None, 192));
    assert_eq!(service.count(FORKS).await, 0);
}

#[tokio::test]
async fn what_cannot_be_linked_is_not_done_and_the_service_goes_on() {
    let service = Service::start().await;
    let admin = service.admin().await;
    service
        .sql("ALTER TABLE audit_chain ADD CONSTRAINT full_up CHECK (false) NOT VALID")
        .await;

    // More often than there are connections: a commit that fails must not break the one it failed on.
    for number in 0..20 {
        let refused = admin.create_institution(&format!("I{number}")).await;
        assert_eq!(refusal(refused), ErrorCode::ConstraintViolation);
    }

    assert_eq!(service.count("SELECT count(*) FROM institutions").await, 0);
    service
        .sql("ALTER TABLE audit_chain DROP CONSTRAINT full_up")
        .await;
    admin.create_institution("I1").await.unwrap();
    assert_eq!(verified(&admin, 0).await.checked, 1);
}

#[tokio::test]
async fn administrators_verify_and_nobody_else() {
    let service = Service::start().await;
    let own = service.institution("OWN").await;
    let inside = service.person(UserRole::InstitutionAdmin, Some(own)).await;
    let ask = async |person: Person, after| {
        let request = person.ask(pb::VerifyAuditChainRequest { after });
        outcome(person.audit().verify_audit_chain(request).await)
    };

    assert_eq!(verified(&inside, 0).await.checked, 1);
    let coordinator = service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;
    assert_eq!(
        refusal(ask(coordinator, 0).await),
        ErrorCode::AuthorizationError
    );
    assert_eq!(
        refusal(ask(service.anonymous(), 0).await),
        ErrorCode::TokenMissing
    );
    assert_eq!(refusal(ask(inside, 99).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_place_is_signed_once_and_kept_elsewhere() {
    let service = signing_service().await;
    let admin = service.admin().await;
    let folder = TempDir::new().unwrap();
    let nothing = audit(&service, KEY, &folder, &["anchor"]).await;
    admin.create_institution("I1").await.unwrap();

    let first = audit(&service, KEY, &folder, &["anchor"]).await;
    let again = audit(&service, KEY, &folder, &["anchor"]).await;
    admin.create_institution("I2").await.unwrap();
    let second = audit(&service, KEY, &folder, &["anchor"]).await;

    assert!(said(&nothing).contains("signed already"), "{nothing:?}");
    assert!(said(&first).contains("number 1"), "{first:?}");
    assert!(said(&again).contains("signed already"), "{again:?}");
    assert!(said(&second).contains("number 2"), "{second:?}");
    let file = folder.path().join("audit-anchors.jsonl");
    let lines = std::fs::read_to_string(&file).unwrap();
    assert_eq!(lines.lines().count(), 2);
    let report = verified(&admin, 0).await;
    assert_eq!((report.fault, report.anchors_checked), (None, 2));
    assert!(report.newest_anchor.is_some() && report.public_key.is_some());
    let path = folder.path().to_str().unwrap();
    let sound = audit(&service, KEY, &folder, &["verify", "--anchors", path]).await;
    assert!(sound.status.success(), "{sound:?}");
    assert!(said(&sound).contains("2 entries, 4 signed places, 0"));
    let elsewhere = audit(
        &service,
        ANOTHER_KEY,
        &folder,
        &["verify", "--anchors", path],
    )
    .await;
    assert!(said(&elsewhere).contains("0 signed places, 4 signed by keys not known"));
    let altered = lines.replacen("\"sequence\":1", "\"sequence\":2", 1);
    std::fs::write(&file, altered).unwrap();
    let forged = audit(&service, KEY, &folder, &["verify", "--anchors", path]).await;
    assert!(!forged.status.success() && said(&forged).contains("FORGED"));
}

#[tokio::test]
async fn a_chain_that_lost_its_signed_place_is_not_signed_again() {
    let service = signing_service().await;
    let admin = service.admin().await;
    let folder = TempDir::new().unwrap();
    admin.create_institution("I1").await.unwrap();
    audit(&service, KEY, &folder, &["anchor"]).await;
    // With every right on the database, the signed places in it go as well.
    service
        .sql("SET session_replication_role = replica; TRUNCATE audit_logs, audit_chain")
        .await;
    admin.create_institution("I2").await.unwrap();

    let refused = audit(&service, KEY, &folder, &["anchor"]).await;
    service
        .sql("SET session_replication_role = replica; TRUNCATE audit_anchors")
        .await;
    let path = folder.path().to_str().unwrap();
    let inside = verified(&admin, 0).await;
    let outside = audit(&service, KEY, &folder, &["verify", "--anchors", path]).await;

    assert!(!refused.status.success(), "{refused:?}");
    assert_eq!(inside.fault, None, "only what was kept elsewhere can tell");
    assert!(said(&outside).contains(ChainFaultKind::Rewritten.as_str()));
}

#[tokio::test]
async fn a_hundred_thousand_sound_entries_raise_no_alarm() {
    const ENTRIES: u32 = 100_000;
    const CHUNK: u32 = 1_000;
    const CHUNK_ROWS: usize = 1_000;
    let service = signing_service().await;
    let folder = TempDir::new().unwrap();
    // In short transactions: a long one would hold back the feeds of every database of the server, as it does in production.
    for end in (CHUNK..=ENTRIES).step_by(CHUNK_ROWS) {
        let begin = end - CHUNK + 1;
        service
            .sql(&format!(
                "INSERT INTO audit_logs (id, entity_type, entity_id, action, user_email, changes, ip_address, request_id, created_at) \
                 SELECT gen_random_uuid(), 'MICRO_CREDENTIAL', gen_random_uuid(), 'UPDATE', 'someone@example.org', \
                     jsonb_build_object('title', jsonb_build_object('before', 'Title ' || place, 'after', repeat('é', place % 100)), \
                         'credits', jsonb_build_object('before', place / 7.0, 'after', null)), \
                     CASE WHEN place % 2 = 0 THEN '192.0.2.7' END, place::text, now() - make_interval(secs => place / 3.0) \
                 FROM generate_series({begin}, {end}) AS place"
            ))
            .await;
    }

    let begun = Instant::now();
    let output = audit(&service, KEY, &folder, &["verify"]).await;
    let seconds = begun.elapsed().as_secs_f64();

    assert!(output.status.success(), "{output:?}");
    assert!(said(&output).contains(&format!("checked: {ENTRIES} entries")));
    println!(
        "verified {ENTRIES} entries in {seconds:.2} s: {:.0} entries/s, with the start of the process",
        f64::from(ENTRIES) / seconds
    );
}
