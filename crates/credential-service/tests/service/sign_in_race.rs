//! What changes about an account while the password of somebody who signs in is verified counts.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use domain::ErrorCode;
use tokio::time::timeout;

use crate::accounts::{PASSWORD, register, sign_in};
use crate::support::Service;

const ADA: &str = "ada@example.org";
/// The hash of a password that nobody knows.
const ANOTHER: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// Longest wait for the sign-in to meet the change.
const LIMIT: Duration = Duration::from_secs(30);

/// Signs in with the right password while somebody changes the account, and says what comes of it.
async fn sign_in_during(service: &Service, change: &str) -> ErrorCode {
    let mut changer = service.connect().await;
    changer
        .batch_execute(&format!("BEGIN; {change}"))
        .await
        .unwrap();
    let blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

    let (outcome, ()) = futures::join!(sign_in(service, ADA, PASSWORD), async {
        timeout(LIMIT, async { while service.count(blocked).await < 1 {} })
            .await
            .unwrap();
        changer.batch_execute("COMMIT").await.unwrap();
    });

    outcome.unwrap_err().code
}

#[tokio::test]
async fn a_password_changed_meanwhile_opens_no_session_and_stays_changed() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();
    let sessions = "SELECT count(*) FROM sessions WHERE ended_at IS NULL";
    let before = service.count(sessions).await;

    let change = format!("UPDATE users SET password_hash = '{ANOTHER}'");
    let code = sign_in_during(&service, &change).await;

    assert_eq!(code, ErrorCode::AuthenticationError);
    assert_eq!(service.count(sessions).await, before);
    let hash = service.text("SELECT password_hash FROM users").await;
    assert_eq!(hash, ANOTHER);
}

#[tokio::test]
async fn an_account_disabled_meanwhile_opens_no_session() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();

    let code = sign_in_during(&service, "UPDATE users SET is_active = false").await;

    assert_eq!(code, ErrorCode::AccountDisabled);
}
