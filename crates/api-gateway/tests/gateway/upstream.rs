//! Failures of the services behind, as clients see them.

use std::time::Duration;

use api_gateway::Settings;
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::services::{Double, INSTITUTION_ID, Mood};
use crate::support::{Ask, Gateway, NOWHERE, Reply, settings, token, with_json};

const SEARCH: &str = "/api/v1/ai/search/semantic";
const QUESTION: &str = r#"{"query":"welding"}"#;

async fn behind(mood: Mood) -> (Double, Gateway) {
    let limit = Duration::from_millis(match mood {
        Mood::Hanging => 400,
        Mood::Well | Mood::Failing(_) | Mood::Babbling => 10_000,
    });
    let (double, address) = Double::start(mood).await;
    let gateway = Gateway::start(Settings {
        credential_service_url: address.clone(),
        ai_service_url: address,
        request_timeout: limit,
        ai_timeout: limit,
        ..settings()
    });
    (double, gateway)
}

fn seen(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_answers_as_the_contract_says() {
    let (double, gateway) = behind(Mood::Well).await;
    let ask = with_json(QUESTION)
        .header("x-request-id", "search-1")
        .header("user-agent", "tests");

    let reply = gateway.ask(Method::POST, SEARCH, ask).await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(
        reply.json()["data"],
        json!({
            "results": [{
                "microCredentialId": "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f",
                "title": "Welding",
                "institution": {"id": INSTITUTION_ID, "name": "Sample", "code": "SAMPLE"},
                "similarityScore": 0.83,
                "matchedFields": ["title"],
                "snippet": "Join steel"
            }],
            "total": 1,
            "queryTimeMs": 1.5
        })
    );
    let callers = double.callers();
    assert_eq!(callers[0].request_id.as_deref(), Some("search-1"));
    assert_eq!(callers[0].agent.as_deref(), Some("tests"));
    assert_eq!(callers[0].address, Some("127.0.0.1".parse().unwrap()));
    assert!(callers[0].deadline.left() < Duration::from_millis(9_980));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_created_has_an_address() {
    let (_double, gateway) = behind(Mood::Well).await;
    let ask = with_json(r#"{"name":"New","type":"COLLEGE","code":"NEW"}"#)
        .signed(&token(UserRole::Admin));

    let reply = gateway.ask(Method::POST, "/api/v1/institutions", ask).await;

    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    assert_eq!(
        reply.header("location"),
        format!("/api/v1/institutions/{INSTITUTION_ID}")
    );
    assert_eq!(reply.json()["data"]["country"], "Canada");
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_keep_their_code_fields_and_waiting_time() {
    let (_double, gateway) = behind(Mood::Failing(|| {
        Failure::new(ErrorCode::DuplicateKey, "the code is taken").with_fields(vec![
            domain::FieldViolation {
                field: "code".into(),
                message: "is taken".into(),
            },
        ])
    }))
    .await;
    let reply = gateway.get("/api/v1/institutions").await;
    assert_eq!(seen(&reply), (409, "DUPLICATE_KEY".into()));
    assert_eq!(reply.fields(), ["code"]);

    let (_double, gateway) = behind(Mood::Failing(|| {
        Failure::overloaded(Duration::from_secs(7))
    }))
    .await;
    let reply = gateway.get("/api/v1/institutions").await;
    assert_eq!(seen(&reply), (503, "SERVICE_UNAVAILABLE".into()));
    assert_eq!(reply.header("retry-after"), "7");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inner_failure_shows_nothing_and_says_whose_it_is() {
    let (_double, gateway) = behind(Mood::Failing(|| Failure::internal("secret detail"))).await;

    let catalogue = gateway.get("/api/v1/institutions").await;
    let search = gateway.post(SEARCH, QUESTION).await;

    assert_eq!(seen(&catalogue), (500, "INTERNAL_ERROR".into()));
    assert_eq!(seen(&search), (502, "AI_SERVICE_ERROR".into()));
    assert!(!catalogue.text.contains("secret") && !search.text.contains("secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_read_is_not_the_clients_fault() {
    let (_double, gateway) = behind(Mood::Babbling).await;

    let catalogue = gateway.get("/api/v1/institutions").await;
    let search = gateway.post(SEARCH, QUESTION).await;

    assert_eq!(seen(&catalogue), (500, "INTERNAL_ERROR".into()));
    assert_eq!(seen(&search), (502, "AI_SERVICE_ERROR".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_ends_in_time() {
    let (_double, gateway) = behind(Mood::Hanging).await;

    let catalogue = gateway.get("/api/v1/institutions").await;
    let search = gateway.post(SEARCH, QUESTION).await;

    assert_eq!(seen(&catalogue), (504, "REQUEST_TIMEOUT".into()));
    assert_eq!(seen(&search), (504, "AI_SERVICE_TIMEOUT".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn absence_says_when_to_come_back() {
    let gateway = Gateway::start(settings());

    let catalogue = gateway.get("/api/v1/institutions").await;
    let search = gateway.post(SEARCH, QUESTION).await;

    for reply in [catalogue, search] {
        assert_eq!(seen(&reply), (503, "SERVICE_UNAVAILABLE".into()));
        assert_eq!(reply.header("retry-after"), "1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_refused_is_the_clients() {
    let (_double, gateway) = behind(Mood::Failing(|| {
        Failure::new(ErrorCode::TokenInvalid, "the refresh token is not valid")
    }))
    .await;

    let reply = gateway
        .post("/api/v1/auth/refresh", r#"{"refresh_token":"used twice"}"#)
        .await;

    assert_eq!(seen(&reply), (401, "TOKEN_INVALID".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_token_refused_is_our_own_fault() {
    let (_double, address) = Double::start(Mood::Well).await;
    let mut settings = Settings {
        credential_service_url: address,
        ai_service_url: NOWHERE.into(),
        ..settings()
    };
    settings.tokens.secret = "a key that the services do not know 0123456789".into();
    let gateway = Gateway::start(settings);

    let reply = gateway
        .ask(Method::GET, "/api/v1/institutions", Ask::default())
        .await;

    assert_eq!(seen(&reply), (500, "INTERNAL_ERROR".into()));
}
