//! Asking for an account: what the answer says, what the mails say, and when the account is there.

use std::time::{Duration, Instant};

use domain::{ErrorCode, Failure};
use protocol::pb::credential as pb;

use crate::accounts::{PASSWORD, register, sign_in};
use crate::passwords::{mail, mails, token};
use crate::sign_in::area_under_curve;
use crate::support::{Service, outcome, refusal};

const ADA: &str = "ada@example.org";
const OWN: &str = "a password that nobody else has chosen";

/// Asks for an account and leaves its mail alone.
pub(crate) async fn request_account(service: &Service, email: &str) -> Result<(), Failure> {
    request_with(service, email, PASSWORD).await
}

async fn request_with(service: &Service, email: &str, password: &str) -> Result<(), Failure> {
    let anonymous = service.anonymous();
    let request = anonymous.ask(pb::RegisterUserRequest {
        email: email.into(),
        password: password.into(),
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
    });
    let answer = outcome(anonymous.accounts().register_user(request).await)?;
    assert_eq!(answer, pb::RegisterUserResponse::default());
    Ok(())
}

/// Opens the link of a mail.
pub(crate) async fn confirm(service: &Service, token: &str) -> Result<(), Failure> {
    let anonymous = service.anonymous();
    let request = anonymous.ask(pb::ConfirmEmailRequest {
        token: token.into(),
    });
    outcome(anonymous.accounts().confirm_email(request).await).map(|_done| ())
}

async fn noted(service: &Service, action: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM audit_logs WHERE action = '{action}' AND entity_type = 'USER'"
    );
    service.count(&sql).await
}

#[tokio::test]
async fn an_account_is_there_once_its_address_is_confirmed() {
    let service = Service::start().await;

    request_account(&service, ADA).await.unwrap();
    let before = sign_in(&service, ADA, PASSWORD).await.unwrap_err();
    let unknown = sign_in(&service, "nobody@example.org", PASSWORD)
        .await
        .unwrap_err();

    assert_eq!(
        (before.code, before.message),
        (unknown.code, unknown.message)
    );
    assert_eq!(service.count("SELECT count(*) FROM users").await, 0);
    let link = mail(&service, "registration", "link").await;
    assert!(
        link.starts_with("http://localhost:5173/confirm-email#token="),
        "{link}"
    );
    assert_eq!(mail(&service, "registration", "to").await, ADA);
    assert_eq!(
        mail(&service, "registration", "name").await,
        "",
        "nobody writes to a stranger through us"
    );
    let registered = "SELECT count(*) FROM outbox_events WHERE event_type = 'user.registered' AND entity_type = 'USER'";
    assert_eq!(service.count(registered).await, 0);
    let told = "SELECT count(*) FROM audit_logs WHERE changes::text LIKE '%ada@%'";
    assert_eq!(service.count(told).await, 0, "nobody has confirmed it");

    let token = token(&service, "registration").await;
    confirm(&service, &token).await.unwrap();

    assert_eq!(
        refusal(confirm(&service, &token).await),
        ErrorCode::TokenInvalid
    );
    assert_eq!(service.count("SELECT count(*) FROM sessions").await, 0);
    assert!(sign_in(&service, ADA, PASSWORD).await.is_ok());
    assert_eq!(service.count(registered).await, 1);
    assert_eq!(noted(&service, "REGISTRATION_REQUEST").await, 1);
    assert_eq!(noted(&service, "CREATE").await, 1);
    let one = "SELECT count(DISTINCT entity_id) FROM audit_logs WHERE action IN ('REGISTRATION_REQUEST', 'CREATE')";
    assert_eq!(service.count(one).await, 1);
}

#[tokio::test]
async fn the_owner_of_a_taken_address_is_told_and_nobody_else() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();

    request_with(&service, "ADA@example.org", OWN)
        .await
        .unwrap();

    assert_eq!(mails(&service, "registration").await, 1);
    assert_eq!(mail(&service, "already_registered", "to").await, ADA);
    assert_eq!(
        mail(&service, "already_registered", "link").await,
        "http://localhost:5173/sign-in"
    );
    assert_eq!(
        mail(&service, "already_registered", "detail").await,
        "http://localhost:5173/forgot-password"
    );
    assert!(sign_in(&service, ADA, OWN).await.is_err());
    assert!(sign_in(&service, ADA, PASSWORD).await.is_ok());
    let kept = "SELECT count(*) FROM registrations WHERE password_hash IS NOT NULL OR token_hash IS NOT NULL";
    assert_eq!(service.count(kept).await, 0);
}

#[tokio::test]
async fn the_link_that_is_opened_first_decides_and_the_others_are_over() {
    let service = Service::start().await;
    request_with(&service, ADA, OWN).await.unwrap();
    let own = token(&service, "registration").await;
    request_account(&service, "Ada@Example.org").await.unwrap();
    let strangers = token(&service, "registration").await;
    assert_ne!(own, strangers);

    let tries = (0..8).map(|_| confirm(&service, &own));
    let opened = futures::future::join_all(tries).await;

    assert_eq!(opened.iter().filter(|it| it.is_ok()).count(), 1);
    assert_eq!(
        refusal(confirm(&service, &strangers).await),
        ErrorCode::TokenInvalid
    );
    assert!(sign_in(&service, ADA, OWN).await.is_ok());
    assert!(sign_in(&service, ADA, PASSWORD).await.is_err());
}

#[tokio::test]
async fn an_address_that_nobody_confirmed_is_free_again() {
    let service = Service::start().await;
    request_with(&service, ADA, OWN).await.unwrap();
    let old = token(&service, "registration").await;
    service
        .sql("UPDATE registrations SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second'")
        .await;

    assert_eq!(
        refusal(confirm(&service, &old).await),
        ErrorCode::TokenInvalid
    );
    register(&service, ADA).await.unwrap();

    assert!(sign_in(&service, ADA, PASSWORD).await.is_ok());
    assert_eq!(service.count("SELECT count(*) FROM registrations").await, 0);
}

#[tokio::test]
async fn an_account_made_meanwhile_is_not_replaced() {
    let service = Service::start().await;
    request_account(&service, ADA).await.unwrap();
    let token = token(&service, "registration").await;
    service
        .sql("INSERT INTO users (id, email, password_hash, first_name, last_name) VALUES (gen_random_uuid(), 'ADA@example.org', '$argon2id$v=19$none', 'A', 'B')")
        .await;

    assert_eq!(
        refusal(confirm(&service, &token).await),
        ErrorCode::DuplicateKey
    );
    assert_eq!(service.count("SELECT count(*) FROM users").await, 1);
}

#[tokio::test]
async fn nobody_is_flooded_whether_there_is_an_account_or_not() {
    let service = Service::start().await;
    register(&service, "grace@example.org").await.unwrap();
    let asked = (0..5).flat_map(|_| [ADA, "grace@example.org"]);
    // At once, so that counting and writing of one meet those of another.
    let asked = asked.map(|email| request_account(&service, email));
    for answer in futures::future::join_all(asked).await {
        answer.unwrap();
    }

    assert_eq!(
        mails(&service, "registration").await,
        4,
        "Ada's and the first"
    );
    assert_eq!(mails(&service, "already_registered").await, 3);
}

/// Times requests for taken and for new addresses in turn; says how often a taken one takes longer.
async fn in_turn(service: &Service, new: &str, rounds: usize) -> f64 {
    let (mut of_taken, mut of_new): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for round in 0..rounds * 2 {
        // ABBA, so that whatever changes over time touches both alike.
        let (kind, times) = if (round + round / 2) % 2 == 0 {
            ("taken", &mut of_taken)
        } else {
            (new, &mut of_new)
        };
        let begun = Instant::now();
        let email = format!("{kind}{round}@example.org");
        request_account(service, &email).await.unwrap();
        times.push(begun.elapsed());
    }
    area_under_curve(&of_taken, &of_new)
}

#[tokio::test]
async fn the_time_of_an_answer_does_not_say_whether_the_address_is_taken() {
    let service = Service::start().await;
    service
        .sql("INSERT INTO users (id, email, password_hash, first_name, last_name) \
              SELECT gen_random_uuid(), 'taken' || number || '@example.org', '$argon2id$v=19$none', 'A', 'B' FROM generate_series(0, 199) AS number; \
              CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS \
                  $$ BEGIN PERFORM pg_sleep(CASE WHEN NEW.email LIKE 'quick%' THEN 0.02 WHEN NEW.email LIKE 'slow%' THEN 0.3 ELSE 0 END); RETURN NEW; END $$; \
              CREATE TRIGGER wait BEFORE INSERT ON registrations FOR EACH ROW EXECUTE FUNCTION wait()")
        .await;

    let curve = in_turn(&service, "new", 40).await;
    service.sql("TRUNCATE registrations").await;
    // Work that one kind costs and the other does not is hidden as well, as long as it is less than a step.
    let hidden = in_turn(&service, "quick", 20).await;
    service.sql("TRUNCATE registrations").await;
    // The same harness finds a difference where there is one.
    let control = in_turn(&service, "slow", 10).await;

    println!(
        "registration, AUC: taken against new {curve:.3}; 20 ms hidden {hidden:.3}; control {control:.3}"
    );
    assert!((0.3..=0.7).contains(&curve), "{curve}");
    assert!((0.2..=0.8).contains(&hidden), "{hidden}");
    assert!(control < 0.1, "{control}");
}
