//! Conditions and names of requests: heeded, or refused, and never dropped in silence.

use domain::vocabulary::UserRole;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::support::document::{ID, described, filled};
use crate::support::{Gateway, Reply, settings, token, with_json};

const TAG: &str = "\"1.x\"";

/// POSTs that do no more when they are repeated.
const REPEATABLE: [&str; 7] = [
    "/api/v1/auth/logout",
    "/api/v1/ai/search/semantic",
    "/api/v1/ai/pathways/similar",
    "/api/v1/ai/credits/validate",
    "/api/v1/ai/outcomes/extract",
    "/api/v1/ai/embeddings",
    "/api/v1/ai/feedback",
];

fn takes(operation: &Value, header: &str) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters.is_some_and(|all| all.iter().any(|one| one["name"] == header))
}

fn is_refused(reply: &Reply, header: &str) -> bool {
    reply.status == StatusCode::BAD_REQUEST && reply.fields() == [header]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operation_does_not_take_is_refused_where_it_would_matter() {
    let gateway = Gateway::start(settings());
    let admin = token(UserRole::Admin);
    let mut refused = (0, 0);

    for (method, path, operation) in described() {
        if !path.starts_with("/api/") {
            continue;
        }
        let matters = method != Method::GET && !REPEATABLE.contains(&path.as_str());
        let address = filled(&path);
        let ask = || with_json("{}").signed(&admin);

        let tagged = ask().header("if-match", TAG);
        let tagged = gateway.ask(method.clone(), &address, tagged).await;
        let unheeded = matters && !takes(&operation, "If-Match");
        assert_eq!(
            is_refused(&tagged, "If-Match"),
            unheeded,
            "{method} {path}: {}",
            tagged.text
        );
        refused.0 += usize::from(unheeded);

        let named = ask().header("idempotency-key", "one");
        let named = gateway.ask(method.clone(), &address, named).await;
        let unkept = matters && method == Method::POST && !takes(&operation, "Idempotency-Key");
        assert_eq!(
            is_refused(&named, "Idempotency-Key"),
            unkept,
            "{method} {path}: {}",
            named.text
        );
        refused.1 += usize::from(unkept);

        let any = ask().header("if-match", "*");
        let any = gateway.ask(method.clone(), &address, any).await;
        assert!(!is_refused(&any, "If-Match"), "{method} {path}");
    }
    assert!(refused.0 >= 10 && refused.1 >= 6, "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_and_a_session_are_not_removed_for_a_version_that_they_do_not_have() {
    let gateway = Gateway::start(settings());
    let admin = token(UserRole::Admin);

    for path in [
        format!("/api/v1/webhooks/{ID}"),
        "/api/v1/auth/sessions".to_owned(),
        format!("/api/v1/auth/sessions/{ID}"),
        format!("/api/v1/users/{ID}/sessions"),
    ] {
        let ask = |tag| {
            let ask = with_json("{}").signed(&admin).header("if-match", tag);
            gateway.ask(Method::DELETE, &path, ask)
        };
        let refused = ask(TAG).await;
        assert!(is_refused(&refused, "If-Match"), "{path}: {}", refused.text);
        assert_eq!(refused.code(), "INVALID_FORMAT");
        assert_eq!(ask("*").await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_ask_at_all_hears_that_first() {
    let gateway = Gateway::start(settings());
    let ask = with_json("{}").header("if-match", TAG);

    let reply = gateway
        .ask(Method::DELETE, "/api/v1/auth/sessions", ask)
        .await;

    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
}
