//! Opening an account and signing in.

use domain::ErrorCode;
use domain::policy::Principal;
use domain::vocabulary::UserRole;
use protocol::pb::credential as pb;

use crate::registration::{confirm, request_account};
use crate::support::{Person, Service, outcome, refusal};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// An account, opened by registering and confirming the address.
pub(crate) async fn register(service: &Service, email: &str) -> Result<(), domain::Failure> {
    request_account(service, email).await?;
    let token = crate::passwords::token(service, "registration").await;
    confirm(service, &token).await
}

pub(crate) async fn sign_in(
    service: &Service,
    email: &str,
    password: &str,
) -> Result<pb::SignInResponse, domain::Failure> {
    let anonymous = service.anonymous();
    let request = anonymous.ask(pb::SignInRequest {
        email: email.into(),
        password: password.into(),
    });
    outcome(anonymous.accounts().sign_in(request).await)
}

pub(crate) async fn registered(service: &Service) -> pb::SignInResponse {
    register(service, "ada@example.org").await.unwrap();
    sign_in(service, "ada@example.org", PASSWORD).await.unwrap()
}

pub(crate) fn holder(service: &Service, signed_in: &pb::SignInResponse) -> Person {
    let (user, session) = (
        signed_in.user.clone().unwrap(),
        signed_in.session.clone().unwrap(),
    );
    Person::with_token(
        service,
        Principal::User {
            user_id: user.id.parse().unwrap(),
            session_id: session.id.parse().unwrap(),
            role: UserRole::User,
            institution_id: None,
        },
    )
}

#[tokio::test]
async fn a_registered_person_signs_in_whatever_the_case_of_the_address() {
    let service = Service::start().await;

    register(&service, "Ada@example.org").await.unwrap();
    let signed_in = sign_in(&service, "aDA@EXAMPLE.org", PASSWORD)
        .await
        .unwrap();

    let seen = signed_in.user.clone().unwrap();
    assert_eq!(seen.role(), pb::UserRole::User);
    assert_eq!(seen.email, "Ada@example.org");
    assert!(seen.last_login_at.is_some());
    let person = holder(&service, &signed_in);
    let own = outcome(
        person
            .accounts()
            .get_own_user(person.ask(pb::GetOwnUserRequest {}))
            .await,
    )
    .unwrap();
    assert_eq!(own.user.unwrap(), seen);
    assert_eq!(
        service
            .count("SELECT count(*) FROM audit_logs WHERE action = 'LOGIN'")
            .await,
        1
    );
    let plain = format!(
        "SELECT count(*) FROM users WHERE password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%' AND password_hash NOT LIKE '%{PASSWORD}%'"
    );
    assert_eq!(service.count(&plain).await, 1);
}

#[tokio::test]
async fn an_unknown_person_and_a_wrong_password_get_the_same_answer() {
    let service = Service::start().await;
    register(&service, "ada@example.org").await.unwrap();

    let wrong = sign_in(&service, "ada@example.org", "wrong password, sorry")
        .await
        .unwrap_err();
    let mut answers = Vec::new();
    for email in ["nobody@example.org", "no address", "nul\0@example.org", ""] {
        answers.push(sign_in(&service, email, PASSWORD).await.unwrap_err());
    }

    assert_eq!(wrong.code, ErrorCode::AuthenticationError);
    for answer in answers {
        assert_eq!((answer.code, &answer.message), (wrong.code, &wrong.message));
    }
    assert_eq!(
        service
            .count("SELECT count(*) FROM audit_logs WHERE action = 'LOGIN_FAILED'")
            .await,
        5
    );
    assert_eq!(service.count("SELECT count(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn a_disabled_account_is_told_so_only_with_the_right_password() {
    let service = Service::start().await;
    register(&service, "ada@example.org").await.unwrap();
    service.sql("UPDATE users SET is_active = false").await;

    let right = sign_in(&service, "ada@example.org", PASSWORD).await;
    let wrong = sign_in(&service, "ada@example.org", "wrong password, sorry").await;

    assert_eq!(refusal(right), ErrorCode::AccountDisabled);
    assert_eq!(refusal(wrong), ErrorCode::AuthenticationError);
}

#[tokio::test]
async fn one_s_own_account_can_be_gone() {
    let service = Service::start().await;
    let signed_in = registered(&service).await;
    let person = holder(&service, &signed_in);
    service.sql("DELETE FROM users").await;

    let own = outcome(
        person
            .accounts()
            .get_own_user(person.ask(pb::GetOwnUserRequest {}))
            .await,
    );

    assert_eq!(refusal(own), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_bad_registration_names_every_rule() {
    let service = Service::start().await;
    let anonymous = service.anonymous();
    let request = anonymous.ask(pb::RegisterUserRequest {
        email: "no address".into(),
        password: "short".into(),
        first_name: String::new(),
        last_name: "x".repeat(101),
    });

    let failure = outcome(anonymous.accounts().register_user(request).await).unwrap_err();

    let fields: Vec<_> = failure
        .fields
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    assert_eq!(fields, ["email", "password", "firstName", "lastName"]);
    assert!(!format!("{failure:?}").contains("short"));
}
