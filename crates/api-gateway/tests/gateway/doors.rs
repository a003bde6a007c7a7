//! The document against the running gateway: every operation is there, and closed unless it says otherwise.

use reqwest::StatusCode;

use crate::support::document::operations;
use crate::support::{Ask, Gateway, settings, token, with_json};

#[tokio::test(flavor = "multi_thread")]
async fn closed_operations_refuse_visitors_and_open_ones_do_not() {
    let gateway = Gateway::start(settings());
    let operations = operations();
    assert!(operations.len() >= 30, "{}", operations.len());

    for (method, path, closed) in operations {
        let unversioned = path.replacen("/api/v1", "/api", 1);
        for path in [path, unversioned] {
            let reply = gateway.ask(method.clone(), &path, Ask::default()).await;
            assert_eq!(
                reply.status == StatusCode::UNAUTHORIZED,
                closed,
                "{method} {path}: {}",
                reply.text
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_of_the_document_has_a_route() {
    let gateway = Gateway::start(settings());
    let admin = token(domain::vocabulary::UserRole::Admin);

    for (method, path, closed) in operations() {
        let mut ask = with_json("{}");
        if closed {
            ask = ask.signed(&admin);
        }
        let reply = gateway.ask(method.clone(), &path, ask).await;
        assert!(
            !matches!(
                reply.status,
                StatusCode::NOT_FOUND
                    | StatusCode::METHOD_NOT_ALLOWED
                    | StatusCode::INTERNAL_SERVER_ERROR
            ),
            "{method} {path}: {} {}",
            reply.status,
            reply.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_and_its_page_are_served() {
    let gateway = Gateway::start(settings());

    let document = gateway.get("/openapi.json").await;
    let redirect = gateway.get("/docs").await;
    let page = gateway.get("/docs/").await;

    assert_eq!(document.json()["openapi"], "3.1.0");
    assert_eq!(redirect.header("location"), "/docs/");
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        !page.text.contains("https://"),
        "the page loads nothing from elsewhere"
    );
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'self'"), "{policy}");
    let missing = gateway.get("/docs/nothing.js").await;
    assert_eq!(
        (missing.status, missing.code().as_str()),
        (StatusCode::NOT_FOUND, "NOT_FOUND")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_not_on_this_port() {
    let gateway = Gateway::start(settings());

    for path in ["/metrics", "/livez", "/readyz", "/api/v1/metrics"] {
        let reply = gateway.get(path).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (StatusCode::NOT_FOUND, "NOT_FOUND")
        );
    }
}
