//! The first administrator, and the demonstration catalogue.

use credential_service::{Database, first_administrator, reset_demo_accounts, seed_demo};
use diesel_async::SimpleAsyncConnection as _;
use domain::ErrorCode;
use secrecy::SecretString;
use tokio::time::timeout;

use crate::accounts::sign_in;
use crate::support::{LIMIT, Service, refusal};

const ADMINISTRATORS: &str = "SELECT count(*) FROM users WHERE role = 'ADMIN'";

fn open(service: &Service) -> Database {
    let url = SecretString::from(service.database.url().to_owned());
    Database::new(&url, 2, false).unwrap()
}

#[tokio::test]
async fn a_second_first_administrator_is_a_conflict() {
    let service = Service::start().await;
    let database = open(&service);

    let password = first_administrator(&database, "ada@example.org")
        .await
        .unwrap();
    let second = first_administrator(&database, "grace@example.org").await;

    assert_eq!(refusal(second), ErrorCode::Conflict);
    assert_eq!(service.count(ADMINISTRATORS).await, 1);
    assert!(
        sign_in(&service, "ada@example.org", &password)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn of_two_first_administrators_at_once_there_is_one() {
    let service = Service::start().await;
    let database = open(&service);
    // People can be counted and not written, so that both have come as far as they do before either has written.
    let mut gate = service.connect().await;
    gate.batch_execute("BEGIN; LOCK TABLE users IN SHARE MODE")
        .await
        .unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

    let (ada, grace, ()) = futures::join!(
        first_administrator(&database, "ada@example.org"),
        first_administrator(&database, "grace@example.org"),
        async {
            timeout(LIMIT, async { while service.count(waiting).await < 2 {} })
                .await
                .unwrap();
            gate.batch_execute("COMMIT").await.unwrap();
        }
    );

    assert_eq!(service.count(ADMINISTRATORS).await, 1);
    let refused = if ada.is_ok() { grace } else { ada };
    assert_eq!(refusal(refused), ErrorCode::Conflict);
}

#[tokio::test]
async fn the_demonstration_is_complete_and_a_second_time_changes_nothing() {
    let service = Service::start().await;
    let database = open(&service);

    let first = seed_demo(&database).await.unwrap();
    let records = service.count("SELECT count(*) FROM audit_logs").await;
    let second = seed_demo(&database).await.unwrap();

    assert!(
        first.institutions >= 12 && first.credentials >= 60,
        "{first:?}"
    );
    assert!(
        first.recognitions >= 40 && first.pathways >= 40,
        "{first:?}"
    );
    assert_eq!(second, credential_service::Seeded::default());
    assert_eq!(
        service.count("SELECT count(*) FROM audit_logs").await,
        records
    );
    assert_eq!(
        service.count("SELECT count(*) FROM outbox_events").await,
        records
    );
}

#[tokio::test]
async fn every_role_has_an_account_whose_password_is_made_anew() {
    let service = Service::start().await;
    let database = open(&service);
    seed_demo(&database).await.unwrap();

    let before = reset_demo_accounts(&database).await.unwrap();
    for account in &before {
        assert!(account.password.len() >= 16);
        let signed_in = sign_in(&service, &account.email, &account.password)
            .await
            .unwrap();
        assert_eq!(
            signed_in.user.unwrap().institution_id.is_some(),
            account.institution_code.is_some()
        );
    }
    let roles: Vec<_> = before.iter().map(|account| account.role.as_str()).collect();
    assert_eq!(
        roles,
        [
            "ADMIN",
            "INSTITUTION_ADMIN",
            "PROGRAM_COORDINATOR",
            "INSTITUTION_ADMIN",
            "USER"
        ]
    );
    let after = reset_demo_accounts(&database).await.unwrap();

    let (old, new) = (&before[0], &after[0]);
    assert_eq!(
        refusal(sign_in(&service, &old.email, &old.password).await),
        ErrorCode::AuthenticationError
    );
    assert!(sign_in(&service, &new.email, &new.password).await.is_ok());
    let noted =
        "SELECT count(*) FROM audit_logs WHERE entity_type = 'USER' AND action = 'PASSWORD_RESET'";
    assert_eq!(service.count(noted).await, 5);
}
