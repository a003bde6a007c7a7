//! Choosing another password or e-mail address, and one's own sessions.

use std::time::Instant;

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl as _;
use domain::ErrorCode;
use protocol::pb::credential as pb;

use crate::accounts::{PASSWORD, holder, register, registered, sign_in};
use crate::registration::confirm;
use crate::sign_in::area_under_curve;
use crate::support::{Person, Service, outcome, refusal};

const ADA: &str = "ada@example.org";
const NEW: &str = "another battery of correct horses";

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What the newest mail of a template says in one of its fields.
pub(crate) async fn mail(service: &Service, template: &str, field: &str) -> String {
    let sql = format!(
        "SELECT payload->>'{field}' AS line FROM jobs \
         WHERE kind = 'mail' AND payload->>'template' = '{template}' ORDER BY id DESC LIMIT 1"
    );
    diesel::sql_query(sql)
        .get_result::<Line>(&mut service.connect().await)
        .await
        .unwrap()
        .line
}

pub(crate) async fn mails(service: &Service, template: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM jobs WHERE kind = 'mail' AND payload->>'template' = '{template}'"
    );
    service.count(&sql).await
}

/// The token of the newest link of a template.
pub(crate) async fn token(service: &Service, template: &str) -> String {
    let link = mail(service, template, "link").await;
    link.split_once("#token=").unwrap().1.to_owned()
}

pub(crate) async fn forgot(service: &Service, email: &str) -> Result<(), domain::Failure> {
    let anonymous = service.anonymous();
    let request = anonymous.ask(pb::RequestPasswordResetRequest {
        email: email.into(),
    });
    outcome(anonymous.accounts().request_password_reset(request).await).map(|_done| ())
}

pub(crate) async fn reset(
    service: &Service,
    token: &str,
    password: &str,
) -> Result<(), domain::Failure> {
    reset_from(service, [192, 0, 2, 7], token, password).await
}

/// Chooses a password by a link that is opened at an address.
pub(crate) async fn reset_from(
    service: &Service,
    address: [u8; 4],
    token: &str,
    password: &str,
) -> Result<(), domain::Failure> {
    let mut anonymous = service.anonymous();
    anonymous.outgoing.address = Some(address.into());
    let request = anonymous.ask(pb::ResetPasswordRequest {
        token: token.into(),
        new_password: password.into(),
    });
    outcome(anonymous.accounts().reset_password(request).await).map(|_done| ())
}

async fn refresh(service: &Service, signed_in: &pb::SignInResponse) -> Result<(), domain::Failure> {
    let anonymous = service.anonymous();
    let token = signed_in.session.clone().unwrap().refresh_token;
    let request = anonymous.ask(pb::RefreshSessionRequest {
        refresh_token: token,
    });
    outcome(anonymous.accounts().refresh_session(request).await).map(|_done| ())
}

pub(crate) async fn change(
    person: &Person,
    current: &str,
    new: &str,
) -> Result<(), domain::Failure> {
    let request = person.ask(pb::ChangePasswordRequest {
        current_password: current.into(),
        new_password: new.into(),
    });
    outcome(person.accounts().change_password(request).await).map(|_done| ())
}

async fn noted(service: &Service, action: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM audit_logs WHERE action = '{action}'");
    service.count(&sql).await
}

#[tokio::test]
async fn a_link_in_a_mail_sets_another_password_once_and_ends_every_session() {
    let service = Service::start().await;
    let signed_in = registered(&service).await;

    forgot(&service, "ADA@example.org").await.unwrap();
    let link = mail(&service, "password_reset", "link").await;
    let token = token(&service, "password_reset").await;

    assert!(
        link.starts_with("http://localhost:5173/reset-password#token="),
        "{link}"
    );
    assert_eq!(mail(&service, "password_reset", "to").await, ADA);
    let stored = format!(
        "SELECT count(*) FROM account_tokens WHERE encode(token_hash, 'hex') = '{}'",
        token.trim_start_matches("bccbo_")
    );
    assert_eq!(service.count(&stored).await, 0);
    let guessable = reset(&service, &token, "Ada-Lovelace-1815")
        .await
        .unwrap_err();
    assert_eq!(guessable.fields[0].field, "newPassword");
    reset(&service, &token, NEW).await.unwrap();

    assert_eq!(
        refusal(reset(&service, &token, NEW).await),
        ErrorCode::TokenInvalid
    );
    assert_eq!(
        refusal(refresh(&service, &signed_in).await),
        ErrorCode::TokenInvalid
    );
    assert!(sign_in(&service, ADA, PASSWORD).await.is_err());
    assert!(sign_in(&service, ADA, NEW).await.is_ok());
    assert_eq!(mails(&service, "password_changed").await, 1);
    assert_eq!(noted(&service, "PASSWORD_RESET").await, 1);
    assert_eq!(noted(&service, "PASSWORD_RESET_REQUEST").await, 1);
}

#[tokio::test]
async fn of_many_uses_of_a_link_at_once_one_counts() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();
    forgot(&service, ADA).await.unwrap();
    let token = token(&service, "password_reset").await;

    let tries = (0..8).map(|number| {
        let password = format!("battery of correct horses number {number}");
        let (service, token) = (&service, token.clone());
        async move { reset(service, &token, &password).await }
    });
    let outcomes = futures::future::join_all(tries).await;

    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

#[tokio::test]
async fn nothing_tells_whether_there_is_an_account_and_nobody_is_flooded() {
    let service = Service::start().await;
    register(&service, ADA).await.unwrap();

    forgot(&service, "nobody@example.org").await.unwrap();
    let asked = (0..5).map(|_| forgot(&service, ADA));
    for answer in futures::future::join_all(asked).await {
        answer.unwrap();
    }
    let bad = forgot(&service, "no address").await;

    assert_eq!(refusal(bad), ErrorCode::ValidationError);
    assert_eq!(mails(&service, "password_reset").await, 3);
    service
        .sql("UPDATE account_tokens SET created_at = now() - interval '3 hours', expires_at = now() - interval '1 second'")
        .await;
    let old = token(&service, "password_reset").await;
    assert_eq!(
        refusal(reset(&service, &old, NEW).await),
        ErrorCode::TokenInvalid
    );
    service.sql("UPDATE users SET is_active = false").await;
    forgot(&service, ADA).await.unwrap();
    assert_eq!(mails(&service, "password_reset").await, 3);
}

/// Times requests for known and for unknown addresses in turn; says how often a known one takes longer.
async fn in_turn(service: &Service, known: &str, rounds: usize) -> f64 {
    let (mut of_known, mut of_unknown) = (Vec::new(), Vec::new());
    for round in 0..rounds * 2 {
        // ABBA, so that whatever changes over time touches both alike.
        let (kind, times) = if (round + round / 2) % 2 == 0 {
            (known, &mut of_known)
        } else {
            ("unknown", &mut of_unknown)
        };
        let begun = Instant::now();
        let email = format!("{kind}{round}@example.org");
        forgot(service, &email).await.unwrap();
        times.push(begun.elapsed());
    }
    area_under_curve(&of_known, &of_unknown)
}

#[tokio::test]
async fn the_time_of_an_answer_does_not_say_whether_there_is_an_account() {
    let service = Service::start().await;
    service
        .sql("INSERT INTO users (id, email, password_hash, first_name, last_name) \
              SELECT gen_random_uuid(), kind || number || '@example.org', '$argon2id$v=19$none', 'A', 'B' \
              FROM unnest(ARRAY['known', 'quick', 'slow']) AS kind, generate_series(0, 99) AS number; \
              CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                  PERFORM pg_sleep(CASE WHEN email LIKE 'quick%' THEN 0.02 WHEN email LIKE 'slow%' THEN 0.3 ELSE 0 END) \
                  FROM users WHERE id = NEW.user_id; RETURN NEW; END $$; \
              CREATE TRIGGER wait BEFORE INSERT ON account_tokens FOR EACH ROW EXECUTE FUNCTION wait()")
        .await;

    let curve = in_turn(&service, "known", 40).await;
    // Work that one kind costs and the other does not is hidden as well, as long as it is less than a step.
    let hidden = in_turn(&service, "quick", 20).await;
    // The same harness finds a difference where there is one.
    let control = in_turn(&service, "slow", 10).await;

    println!(
        "forgotten password, AUC: known against unknown {curve:.3}; 20 ms hidden {hidden:.3}; control {control:.3}"
    );
    assert_eq!(mails(&service, "password_reset").await, 40 + 20 + 10);
    assert!((0.3..=0.7).contains(&curve), "{curve}");
    assert!((0.2..=0.8).contains(&hidden), "{hidden}");
    assert!(control > 0.9, "{control}");
}

#[tokio::test]
async fn changing_a_password_needs_the_current_one_and_ends_the_other_sessions() {
    let service = Service::start().await;
    let here = registered(&service).await;
    let there = sign_in(&service, ADA, PASSWORD).await.unwrap();
    let person = holder(&service, &here);

    let wrong = change(&person, "not the current one", NEW)
        .await
        .unwrap_err();
    let weak = change(&person, PASSWORD, "password1234").await.unwrap_err();
    change(&person, PASSWORD, NEW).await.unwrap();

    assert_eq!(wrong.fields[0].field, "currentPassword", "{wrong}");
    assert_eq!(weak.fields[0].field, "newPassword", "{weak}");
    assert_eq!(
        refusal(refresh(&service, &there).await),
        ErrorCode::TokenInvalid
    );
    refresh(&service, &here).await.unwrap();
    assert!(sign_in(&service, ADA, NEW).await.is_ok());
    assert_eq!(mail(&service, "password_changed", "to").await, ADA);
    assert_eq!(noted(&service, "PASSWORD_CHANGE").await, 1);
}

#[tokio::test]
async fn a_stolen_token_does_not_help_to_guess_the_password() {
    let service = Service::start().await;
    let person = holder(&service, &registered(&service).await);

    for _ in 0..5 {
        change(&person, "not the current one", NEW)
            .await
            .unwrap_err();
    }

    assert_eq!(noted(&service, "LOGIN_FAILED").await, 5);
    let paused = change(&person, PASSWORD, NEW).await.unwrap_err();
    assert_eq!(paused.fields[0].field, "currentPassword");
    assert!(
        sign_in(&service, ADA, PASSWORD).await.is_ok(),
        "the owner still signs in"
    );
}

#[tokio::test]
async fn one_lists_and_ends_one_s_own_sessions_only() {
    let service = Service::start().await;
    let here = registered(&service).await;
    let there = sign_in(&service, ADA, PASSWORD).await.unwrap();
    let third = sign_in(&service, ADA, PASSWORD).await.unwrap();
    register(&service, "grace@example.org").await.unwrap();
    let other = sign_in(&service, "grace@example.org", PASSWORD)
        .await
        .unwrap();
    let person = holder(&service, &here);
    let id = |signed_in: &pb::SignInResponse| signed_in.session.clone().unwrap().id;
    let end = async |id: Option<String>| {
        let request = person.ask(pb::EndOwnSessionsRequest { id });
        outcome(person.accounts().end_own_sessions(request).await).map(|done| done.ended)
    };

    let request = person.ask(pb::ListOwnSessionsRequest {});
    let listed = outcome(person.accounts().list_own_sessions(request).await).unwrap();
    assert_eq!(listed.sessions.len(), 3);
    assert_eq!(listed.current_id, id(&here));
    assert_eq!(listed.sessions[0].user_agent.as_deref(), Some("test agent"));

    assert_eq!(refusal(end(Some(id(&other))).await), ErrorCode::NotFound);
    assert_eq!(end(Some(id(&there))).await.unwrap(), 1);
    assert_eq!(refusal(end(Some(id(&there))).await), ErrorCode::NotFound);
    assert_eq!(end(None).await.unwrap(), 1);
    assert_eq!(
        refusal(refresh(&service, &third).await),
        ErrorCode::TokenInvalid
    );
    refresh(&service, &here).await.unwrap();
    refresh(&service, &other).await.unwrap();
    assert_eq!(noted(&service, "SESSION_END").await, 2);
}

#[tokio::test]
async fn another_address_counts_once_its_mail_was_answered() {
    let service = Service::start().await;
    let signed_in = registered(&service).await;
    let person = holder(&service, &signed_in);
    register(&service, "taken@example.org").await.unwrap();
    let update = async |email: Option<&str>, password: Option<&str>, version: Option<i64>| {
        let request = person.ask(pb::UpdateOwnUserRequest {
            first_name: "Augusta".into(),
            last_name: "King".into(),
            email: email.map(ToOwned::to_owned),
            current_password: password.map(ToOwned::to_owned),
            expected_version: version,
        });
        outcome(person.accounts().update_own_user(request).await).map(|done| done.user.unwrap())
    };
    let renamed = update(None, None, Some(1)).await.unwrap();
    assert_eq!(
        (renamed.first_name.as_str(), renamed.version),
        ("Augusta", 2)
    );
    assert_eq!(
        refusal(update(None, None, Some(1)).await),
        ErrorCode::PreconditionFailed
    );
    let bare = update(Some("king@example.org"), None, None)
        .await
        .unwrap_err();
    assert_eq!(bare.fields[0].field, "currentPassword");
    let taken = update(Some("Taken@example.org"), Some(PASSWORD), None)
        .await
        .unwrap();
    assert_eq!((taken.email.as_str(), taken.version), (ADA, 2));
    assert_eq!(mails(&service, "email_change").await, 0);
    assert_eq!(
        mail(&service, "already_registered", "to").await,
        "taken@example.org"
    );
    let asked = update(Some("king@example.org"), Some(PASSWORD), None)
        .await
        .unwrap();
    assert_eq!(asked.email, ADA, "nothing has been confirmed yet");
    assert_eq!(
        mail(&service, "email_change", "to").await,
        "king@example.org"
    );

    let token = token(&service, "email_change").await;
    assert_eq!(
        refusal(reset(&service, &token, NEW).await),
        ErrorCode::TokenInvalid
    );
    confirm(&service, &token).await.unwrap();

    assert_eq!(
        refusal(confirm(&service, &token).await),
        ErrorCode::TokenInvalid
    );
    assert!(
        sign_in(&service, "king@example.org", PASSWORD)
            .await
            .is_ok()
    );
    assert!(sign_in(&service, ADA, PASSWORD).await.is_err());
    assert_eq!(noted(&service, "EMAIL_CHANGE").await, 1);
    assert_eq!(mail(&service, "email_changed", "to").await, ADA);
    // Nobody has mails sent to one address after the other.
    update(Some("third@example.org"), Some(PASSWORD), None)
        .await
        .unwrap();
    let fourth = update(Some("fourth@example.org"), Some(PASSWORD), None).await;
    assert_eq!(refusal(fourth), ErrorCode::RateLimitExceeded);
    assert_eq!(mails(&service, "email_change").await, 2);
}
