//! Accounts and their administration, as the contract has them.

use domain::id::InstitutionId;
use domain::vocabulary::UserRole;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::services::{Double, Mood};
use crate::support::{Gateway, KEY, settings, token, token_signed, with_json, with_token};

const SOMEBODY: &str = "/api/v1/users/01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f";

async fn with_services() -> (Double, Gateway) {
    let (double, address) = Double::start(Mood::Well).await;
    let gateway = Gateway::start(api_gateway::Settings {
        credential_service_url: address.clone(),
        ai_service_url: address,
        ..settings()
    });
    (double, gateway)
}

#[tokio::test(flavor = "multi_thread")]
async fn administering_people_is_for_administrators() {
    let (double, gateway) = with_services().await;
    let own = InstitutionId::generate();
    let invite = json!({
        "email": "grace@example.org", "firstName": "Grace", "lastName": "Hopper",
        "role": "PROGRAM_COORDINATOR", "institutionId": own
    })
    .to_string();
    let role = json!({"role": "USER", "institutionId": own}).to_string();
    let routes = [
        (Method::GET, "/api/v1/users".to_owned(), String::new()),
        (Method::GET, SOMEBODY.to_owned(), String::new()),
        (Method::POST, "/api/v1/users/invite".to_owned(), invite),
        (Method::PUT, format!("{SOMEBODY}/role"), role),
        (
            Method::PUT,
            format!("{SOMEBODY}/status"),
            r#"{"isActive":false}"#.to_owned(),
        ),
        (
            Method::DELETE,
            format!("{SOMEBODY}/sessions"),
            String::new(),
        ),
    ];

    for (role, expected) in [
        (UserRole::User, StatusCode::FORBIDDEN),
        (UserRole::ProgramCoordinator, StatusCode::FORBIDDEN),
    ] {
        for (method, path, body) in &routes {
            let ask = with_json(body.clone()).signed(&token_signed(KEY, role, Some(own)));
            let reply = gateway.ask(method.clone(), path, ask).await;
            assert_eq!(
                reply.status, expected,
                "{role} {method} {path}: {}",
                reply.text
            );
        }
    }
    for (method, path, body) in &routes {
        let reply = gateway
            .ask(method.clone(), path, with_json(body.clone()))
            .await;
        assert_eq!(reply.code(), "TOKEN_MISSING", "{method} {path}");
    }
    assert!(double.callers().is_empty());
    for (method, path, body) in &routes {
        let admin = token_signed(KEY, UserRole::InstitutionAdmin, Some(own));
        let ask = with_json(body.clone()).signed(&admin);
        let reply = gateway.ask(method.clone(), path, ask).await;
        // The double's list has no page, which the gateway refuses to guess.
        let listing = path.ends_with("/users");
        assert!(
            reply.status.is_success() || listing,
            "{method} {path}: {}",
            reply.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_versioned_and_located() {
    let (_double, gateway) = with_services().await;
    let admin = token(UserRole::Admin);
    let body =
        r#"{"email":"grace@example.org","firstName":"Grace","lastName":"Hopper","role":"USER"}"#;

    let made = gateway
        .ask(
            Method::POST,
            "/api/v1/users/invite",
            with_json(body).signed(&admin),
        )
        .await;
    let read = gateway.ask(Method::GET, SOMEBODY, with_token(&admin)).await;
    let stale = with_json(r#"{"isActive":true}"#)
        .signed(&admin)
        .header("if-match", "\"not a version\"");
    let stale = gateway
        .ask(Method::PUT, &format!("{SOMEBODY}/status"), stale)
        .await;

    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(made.header("location"), SOMEBODY);
    assert!(
        read.header("etag").starts_with("\"4-"),
        "{}",
        read.header("etag")
    );
    assert!(read.json()["data"].get("version").is_none());
    assert_eq!(stale.code(), "PRECONDITION_FAILED");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_names_every_field() {
    let (double, gateway) = with_services().await;
    let user = token(UserRole::User);
    let admin = token(UserRole::Admin);
    let guessable = r#"{"currentPassword":"","newPassword":"1q2w3e4r5t6y7u8i"}"#;
    let cases = [
        (
            Method::POST,
            "/api/v1/auth/password/change",
            &user,
            guessable,
            vec!["currentPassword", "newPassword"],
        ),
        (
            Method::POST,
            "/api/v1/auth/password/reset",
            &user,
            r#"{"token":"","newPassword":"x"}"#,
            vec!["token", "newPassword"],
        ),
        (
            Method::POST,
            "/api/v1/auth/email/confirm",
            &user,
            r#"{"token":""}"#,
            vec!["token"],
        ),
        (
            Method::PUT,
            "/api/v1/users/me",
            &user,
            r#"{"firstName":"","lastName":" ","email":"no"}"#,
            vec!["firstName", "lastName", "email"],
        ),
        (
            Method::POST,
            "/api/v1/users/invite",
            &admin,
            r#"{"email":"no","firstName":"","lastName":"L","role":"INSTITUTION_ADMIN"}"#,
            vec!["email", "firstName", "institutionId"],
        ),
    ];
    for (method, path, token, body, fields) in cases {
        let reply = gateway
            .ask(method, path, with_json(body).signed(token))
            .await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{path}: {}",
            reply.text
        );
        assert_eq!(reply.fields(), fields, "{path}: {}", reply.text);
    }
    let unknown = gateway
        .ask(Method::GET, "/api/v1/users?password=x", with_token(&admin))
        .await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert!(double.callers().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_asked_for_and_used_without_signing_in() {
    let (_double, gateway) = with_services().await;

    for (path, body) in [
        (
            "/api/v1/auth/password/forgot",
            r#"{"email":"ada@example.org"}"#,
        ),
        (
            "/api/v1/auth/password/reset",
            r#"{"token":"bccbo_00","newPassword":"horses in correct batteries"}"#,
        ),
        ("/api/v1/auth/email/confirm", r#"{"token":"bccbo_00"}"#),
    ] {
        let reply = gateway.post(path, body).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text);
        assert_eq!(reply.json()["data"], json!({"done": true}));
    }
}
