//! What browsers are told with every kind of answer, word for word.

use std::fs;

use api_gateway::Settings;
use domain::vocabulary::UserRole;
use reqwest::{Method, StatusCode};

use crate::support::services::{Double, Mood};
use crate::support::{Ask, Gateway, NOWHERE, Reply, settings, token, with_json};

const API: &str = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const APP: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const DOCS: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const LIST: &str = "/api/v1/institutions";
const CREATE: &str = r#"{"name":"New","type":"COLLEGE","code":"NEW"}"#;

/// A gateway of production with a web app, before a double of the services.
async fn production() -> (tempfile::TempDir, Gateway) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    fs::write(folder.path().join("robots.txt"), "User-agent: *").unwrap();
    let (_double, address) = Double::start(Mood::Well).await;
    let gateway = Gateway::start(Settings {
        credential_service_url: address,
        web_dir: Some(folder.path().to_owned()),
        strict_transport: true,
        ..settings()
    });
    (folder, gateway)
}

fn check(reply: &Reply, what: &str, status: u16, policy: &str, cache: &str) {
    assert_eq!(reply.status.as_u16(), status, "{what}: {}", reply.text);
    for (name, value) in [
        (
            "strict-transport-security",
            "max-age=31536000; includeSubDomains",
        ),
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
        ("cache-control", cache),
    ] {
        let said: Vec<_> = reply.headers.get_all(name).iter().collect();
        assert_eq!(said, [value], "{what}: {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_answer_makes_browsers_careful() {
    let (_folder, gateway) = production().await;
    let admin = token(UserRole::Admin);
    let list = gateway.get(LIST).await;
    let seen = Ask::default().header("if-none-match", list.header("etag"));
    let login = "/api/v1/auth/login";

    let answers = [
        ("read", 200, list),
        (
            "created",
            201,
            gateway
                .ask(Method::POST, LIST, with_json(CREATE).signed(&admin))
                .await,
        ),
        ("unchanged", 304, gateway.ask(Method::GET, LIST, seen).await),
        ("malformed", 400, gateway.post(login, "{").await),
        ("nobody", 401, gateway.get("/api/v1/audit").await),
        (
            "not allowed",
            403,
            gateway
                .ask(
                    Method::GET,
                    "/api/v1/audit",
                    Ask::default().signed(&token(UserRole::User)),
                )
                .await,
        ),
        ("absent", 404, gateway.get("/api/v1/nothing").await),
        (
            "wrong method",
            405,
            gateway.ask(Method::PUT, login, Ask::default()).await,
        ),
        ("invalid", 422, gateway.post(login, "{}").await),
    ];
    for (what, status, reply) in &answers {
        check(reply, what, *status, API, "no-store");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_before_and_behind_the_handlers_do_too() {
    let mut settings = Settings {
        strict_transport: true,
        credential_service_url: NOWHERE.into(),
        ..settings()
    };
    settings.limits.anonymous = 1;
    let gateway = Gateway::start(settings);
    let preflight = Ask::default()
        .header("origin", "https://app.example.org")
        .header("access-control-request-method", "POST");

    let away = gateway.get(LIST).await;
    let too_often = gateway.get(LIST).await;
    let asked = gateway.ask(Method::OPTIONS, LIST, preflight).await;

    check(&away, "away", 503, API, "no-store");
    check(&too_often, "too often", 429, API, "no-store");
    check(&asked, "preflight", 200, API, "no-store");
    assert_eq!(
        asked.header("access-control-allow-origin"),
        "https://app.example.org"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_policies_of_their_own() {
    let (_folder, gateway) = production().await;

    let file = gateway.get("/robots.txt").await;
    let page = gateway.get("/search").await;
    let probe = gateway.get("/health/live").await;
    let docs = gateway.get("/docs/").await;
    let redirect = gateway.get("/docs").await;

    check(&file, "file", 200, APP, "no-cache");
    check(&page, "page", 200, APP, "no-cache");
    check(&probe, "probe", 200, API, "no-store");
    for (reply, status) in [(&docs, 200), (&redirect, 307)] {
        assert_eq!(reply.status, StatusCode::from_u16(status).unwrap());
        assert_eq!(reply.header("content-security-policy"), DOCS);
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(
            reply.header("strict-transport-security"),
            "max-age=31536000; includeSubDomains"
        );
    }
}
