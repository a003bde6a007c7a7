//! The shape of every answer.

use chrono::DateTime;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::services::{Double, INSTITUTION_ID, Mood};
use crate::support::{Ask, Gateway, settings};

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_data_pagination_and_metadata() {
    let (_double, credentials) = Double::start(Mood::Well).await;
    let gateway = Gateway::start(api_gateway::Settings {
        credential_service_url: credentials,
        ..settings()
    });

    let reply = gateway.get("/api/v1/institutions?page=2&limit=1").await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let json = reply.json();
    assert_eq!(json["success"], true);
    assert_eq!(json["data"][0]["code"], "SAMPLE");
    assert_eq!(json["data"][0]["createdAt"], "2026-11-23T18:40:00Z");
    assert_eq!(
        json["pagination"],
        json!({"page": 2, "limit": 1, "total": 3, "pages": 3, "has_next": true, "has_prev": true})
    );
    assert_eq!(json["metadata"]["request_id"], reply.header("x-request-id"));
    let timestamp = json["metadata"]["timestamp"].as_str().unwrap();
    assert!(DateTime::parse_from_rfc3339(timestamp).is_ok() && timestamp.ends_with('Z'));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_path_without_a_version_answers_as_the_current_one() {
    let (_double, credentials) = Double::start(Mood::Well).await;
    let gateway = Gateway::start(api_gateway::Settings {
        credential_service_url: credentials,
        ..settings()
    });

    let reply = gateway
        .get(&format!("/api/institutions/{INSTITUTION_ID}"))
        .await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(
        reply.json()["data"]["stats"],
        json!({"microCredentialsCount": 7, "pathwaysCount": 2, "recognitionsProvided": 5})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_names_code_request_and_path() {
    let gateway = Gateway::start(settings());
    let ask = Ask::default().header("x-request-id", "my-request.1");

    let reply = gateway.ask(Method::GET, "/api/v1/nothing?x=1", ask).await;

    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let json = reply.json();
    assert_eq!(json["success"], false);
    assert_eq!(json["error"]["code"], "NOT_FOUND");
    assert_eq!(json["error"]["details"], json!([]));
    assert_eq!(json["metadata"]["request_id"], "my-request.1");
    assert_eq!(json["metadata"]["path"], "/api/v1/nothing");
    assert_eq!(reply.header("x-request-id"), "my-request.1");
    assert_eq!(reply.header("content-type"), "application/json");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_error_comes_as_rfc_9457_when_asked_for() {
    let gateway = Gateway::start(settings());
    let ask = Ask::default().header("accept", "application/problem+json");

    let reply = gateway
        .ask(Method::GET, "/api/v1/credentials?limit=500", ask)
        .await;

    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let json = reply.json();
    assert_eq!(json["type"], "urn:bccb:error:INVALID_FORMAT");
    assert_eq!(json["status"], 400);
    assert_eq!(json["code"], "INVALID_FORMAT");
    assert_eq!(json["instance"], "/api/v1/credentials");
    assert_eq!(json["errors"][0]["pointer"], "#/limit");
    assert_eq!(json["request_id"], reply.header("x-request-id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_is_told_the_right_ones() {
    let gateway = Gateway::start(settings());

    for (method, path, allow) in [
        (Method::DELETE, "/api/v1/credentials", "GET, HEAD, POST"),
        (Method::GET, "/api/v1/auth/login", "POST"),
        (Method::TRACE, "/api/v1/audit", "GET, HEAD"),
        (Method::POST, "/health", "GET, HEAD"),
    ] {
        let reply = gateway.ask(method, path, Ask::default()).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(reply.header("allow"), allow, "{path}");
        assert_eq!(reply.code(), "INVALID_FORMAT", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_like_get_without_a_body() {
    let gateway = Gateway::start(settings());

    let reply = gateway
        .ask(Method::HEAD, "/health/live", Ask::default())
        .await;

    assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_makes_browsers_careful() {
    let gateway = Gateway::start(api_gateway::Settings {
        strict_transport: true,
        ..settings()
    });

    for path in [
        "/health/live",
        "/api/v1/nothing",
        "/api/v1/audit",
        "/nowhere",
    ] {
        let reply = gateway.get(path).await;
        assert!(
            reply
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert!(
            !reply.header("strict-transport-security").is_empty(),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_listed_origins_may_read_answers() {
    let gateway = Gateway::start(settings());
    let from = |origin: &str| Ask::default().header("origin", origin);

    let friend = gateway
        .ask(
            Method::GET,
            "/api/v1/audit",
            from("https://app.example.org"),
        )
        .await;
    let stranger = gateway
        .ask(Method::GET, "/api/v1/audit", from("https://evil.example"))
        .await;
    let preflight = from("https://app.example.org")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        );
    let preflight = gateway
        .ask(Method::OPTIONS, "/api/v1/credentials", preflight)
        .await;

    assert_eq!(friend.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        friend.header("access-control-allow-origin"),
        "https://app.example.org"
    );
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    assert_eq!(stranger.header("access-control-allow-origin"), "");
    assert_eq!(preflight.status, StatusCode::OK);
    assert_eq!(preflight.header("x-ratelimit-limit"), "");
}
