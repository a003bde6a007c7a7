//! Signing in and out, and whose tokens are good.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::policy::Principal;
use domain::vocabulary::UserRole;
use jsonwebtoken::{EncodingKey, Header};
use protocol::token::{TokenSigner, TokenVerifier};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::services::{Double, Mood};
use crate::support::{Ask, Gateway, KEY, settings, token, token_signed, with_json, with_token};

const LOGIN: &str = "/api/v1/auth/login";
const GOOD: &str = r#"{"email":"ada@example.org","password":"correct horse battery"}"#;

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
async fn signing_in_answers_tokens_that_every_service_accepts() {
    let (double, gateway) = with_services().await;

    let reply = gateway.post(LOGIN, GOOD).await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let data = reply.json()["data"].clone();
    assert_eq!(data["refresh_token"], "refresh-me");
    assert_eq!(data["token_type"], "Bearer");
    assert_eq!(data["expires_in"], 900);
    assert_eq!(
        data["user"],
        json!({
            "id": "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f", "email": "ada@example.org",
            "firstName": "Ada", "lastName": "Lovelace", "role": "USER", "institutionId": null
        })
    );
    let access = data["access_token"].as_str().unwrap();
    let principal = TokenVerifier::new(&KEY.into(), None)
        .verify(access)
        .unwrap();
    assert!(matches!(
        principal,
        Principal::User {
            role: UserRole::User,
            ..
        }
    ));
    assert_eq!(double.callers()[0].principal, Principal::Anonymous);

    let me = gateway
        .ask(Method::GET, "/api/v1/users/me", with_token(access))
        .await;
    assert_eq!(me.status, StatusCode::OK, "{}", me.text);
    assert_eq!(double.callers()[1].principal, principal);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_an_account_says_only_that_a_mail_is_on_its_way() {
    let (_double, gateway) = with_services().await;

    let body = r#"{"email":"ada@example.org","password":"correct horse battery","firstName":"Ada","lastName":"L"}"#;
    let reply = gateway.post("/api/v1/auth/register", body).await;

    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    let data = reply.json()["data"].clone();
    let message = data["message"].as_str().unwrap();
    assert!(message.contains("within 24 hours"), "{data}");
    assert_eq!(data, json!({ "message": message }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_token_in_the_way_does_not_keep_anyone_from_signing_in() {
    let (_double, gateway) = with_services().await;

    for (path, body) in [
        (LOGIN, GOOD),
        ("/api/v1/auth/refresh", r#"{"refresh_token":"refresh-me"}"#),
    ] {
        let ask = with_json(body).signed("an old one");
        let reply = gateway.ask(Method::POST, path, ask).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_for_its_owner_only() {
    let (double, gateway) = with_services().await;
    let logout = "/api/v1/auth/logout";

    let nobody = gateway.ask(Method::POST, logout, Ask::default()).await;
    let owner = with_token(&token(UserRole::User));
    let owner = gateway.ask(Method::POST, logout, owner).await;

    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(owner.json()["data"], json!({"signedOut": true}));
    assert_eq!(double.callers().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_tokens_are_told_apart_from_old_and_missing_ones() {
    let (double, gateway) = with_services().await;
    let stranger = token_signed(
        "another key of sufficient length 0123456789",
        UserRole::Admin,
        None,
    );
    let ours = |principal: &Principal| {
        TokenSigner::new(&KEY.into())
            .sign(principal, std::time::Duration::from_secs(60))
            .unwrap()
    };
    let tampered = {
        let good = token(UserRole::User);
        let (head, signature) = good.rsplit_once('.').unwrap();
        format!("{head}x.{signature}")
    };

    for (token, code) in [
        (stranger, "TOKEN_INVALID"),
        (tampered, "TOKEN_INVALID"),
        ("nonsense".into(), "TOKEN_INVALID"),
        ("x".repeat(6_000), "TOKEN_INVALID"),
        (unsigned(), "TOKEN_INVALID"),
        (ours(&Principal::Anonymous), "TOKEN_INVALID"),
        (
            ours(&Principal::Service("ai-service".into())),
            "TOKEN_INVALID",
        ),
        (expired(), "TOKEN_EXPIRED"),
    ] {
        for path in ["/api/v1/users/me", "/api/v1/institutions"] {
            let reply = gateway.ask(Method::GET, path, with_token(&token)).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path} {code}");
            assert_eq!(reply.code(), code, "{path}");
            assert!(reply.header("www-authenticate").contains("invalid_token"));
        }
    }
    let missing = gateway.get("/api/v1/users/me").await;
    assert_eq!(missing.code(), "TOKEN_MISSING");
    assert_eq!(missing.header("www-authenticate"), r#"Bearer realm="bccb""#);
    let basic = Ask::default().header("authorization", "Basic YTpi");
    let basic = gateway.ask(Method::GET, "/api/v1/users/me", basic).await;
    assert_eq!(basic.code(), "TOKEN_INVALID");
    assert!(double.callers().is_empty(), "no bad token travels on");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_keys_change_the_one_before_is_still_good() {
    let (_double, address) = Double::start(Mood::Well).await;
    let before = "the key before, of sufficient length 0123456789";
    let mut settings = settings();
    settings.credential_service_url = address;
    settings.tokens.previous = Some(before.into());
    let gateway = Gateway::start(settings);

    let old = token_signed(before, UserRole::User, None);
    let reply = gateway
        .ask(
            Method::POST,
            "/api/v1/institutions",
            with_json("{}").signed(&old),
        )
        .await;

    assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_and_institutions_are_judged_at_the_door() {
    let (double, gateway) = with_services().await;
    let own = domain::id::InstitutionId::generate();
    let other = domain::id::InstitutionId::generate();
    let coordinator = token_signed(KEY, UserRole::ProgramCoordinator, Some(own));
    let credential = format!(
        r#"{{"institutionId":"{other}","title":"T","programCode":"P","credentialType":"BADGE"}}"#
    );
    let recognition = format!(
        r#"{{"microCredentialId":"{own}","recognizingInstitutionId":"{own}","recognitionType":"FULL_CREDIT","creditValue":3,"creditType":"ELECTIVE","transcriptMethod":"NOT_RECORDED","effectiveDate":"2026-01-01"}}"#
    );
    let institution = r#"{"name":"A","type":"COLLEGE","code":"A"}"#.to_owned();

    for (path, body) in [
        ("credentials", credential),
        ("recognitions", recognition),
        ("institutions", institution),
    ] {
        let ask = with_json(body).signed(&coordinator);
        let reply = gateway
            .ask(Method::POST, &format!("/api/v1/{path}"), ask)
            .await;
        assert_eq!(
            reply.status,
            StatusCode::FORBIDDEN,
            "{path}: {}",
            reply.text
        );
        assert_eq!(reply.code(), "AUTHORIZATION_ERROR");
    }
    let audit = gateway
        .ask(Method::GET, "/api/v1/audit", with_token(&coordinator))
        .await;
    assert_eq!(audit.status, StatusCode::FORBIDDEN);
    assert!(double.callers().is_empty());
}

fn claims(exp: u64) -> Value {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let id = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f";
    json!({
        "iss": "bccb", "aud": "bccb-services", "sub": id, "kind": "access", "role": "USER",
        "session": id, "iat": now - 2_000, "exp": exp, "jti": id
    })
}

fn expired() -> String {
    let key = EncodingKey::from_secret(KEY.as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims(1_700_000_000), &key).unwrap()
}

/// `alg: none`, as RFC 8725 warns.
fn unsigned() -> String {
    let good = jsonwebtoken::encode(
        &Header::default(),
        &claims(4_000_000_000),
        &EncodingKey::from_secret(KEY.as_bytes()),
    )
    .unwrap();
    let body = good.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"}
    format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.")
}

#[tokio::test(flavor = "multi_thread")]
async fn three_changes_of_keys_under_load_refuse_nobody() {
    let (_double, address) = Double::start(Mood::Well).await;
    let keys = [
        KEY,
        "the second key, of sufficient length 0123456789",
        "the third key, of sufficient length 01234567890",
        "the fourth key, of sufficient length 0123456789",
    ];
    let start = |current: &str, previous: Option<&str>| {
        let mut settings = settings();
        settings.credential_service_url = address.clone();
        settings.tokens.secret = current.into();
        settings.tokens.previous = previous.map(Into::into);
        Gateway::start(settings)
    };
    let sign = |key: &str| token_signed(key, UserRole::Admin, None);
    let mut asked = 0;
    for change in keys.windows(2) {
        // While the new key is rolled out, gateways with and without it stand side by side: first it is made known as a
        // key that verifies, then it signs, then the old one is dropped once its tokens have expired.
        let (old, new) = (change[0], change[1]);
        let stages = [
            (start(old, Some(new)), start(old, None), vec![sign(old)]),
            (
                start(new, Some(old)),
                start(old, Some(new)),
                vec![sign(old), sign(new)],
            ),
            (start(new, None), start(new, Some(old)), vec![sign(new)]),
        ];
        for (one, other, tokens) in stages {
            let requests = (0..60).map(|number| {
                let gateway = if number % 2 == 0 { &one } else { &other };
                let ask = with_json("{}").signed(&tokens[number / 2 % tokens.len()]);
                gateway.ask(Method::POST, "/api/v1/institutions", ask)
            });
            for reply in futures::future::join_all(requests).await {
                assert_eq!(
                    reply.status,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "{}",
                    reply.text
                );
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 540);
}
