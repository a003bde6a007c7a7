//! What the documentation says is measured and logged is, under these very names, and tells what has happened.

mod logs;
mod measures;
mod scrape;

use std::time::Duration;

use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use serde_json::{Value, json};

use self::logs::{Line, lines};

const PATIENCE: Duration = Duration::from_secs(30);
const SERVICES: [&str; 3] = ["api-gateway", "credential-service", "ai-service"];

async fn stack() -> TestStack {
    let settings = [("LOG_LEVEL", "debug")];
    TestStack::start_with(Template::Seeded, Parts::Everything, &settings)
        .await
        .unwrap()
}

/// Asks until something is suggested: that takes both services behind the gateway.
async fn suggest(stack: &TestStack, named: impl Fn(&Actor, usize) -> Actor) -> usize {
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let offers = admin
        .get("/credentials?status=PUBLISHED&limit=100")
        .await
        .unwrap();
    for (index, offer) in offers.at("/data").as_array().unwrap().iter().enumerate() {
        let body = json!({"microCredentialId": offer["id"], "minConfidence": 0.3});
        let asking = named(&admin, index);
        let made = asking.post("/ai/pathways/suggest", &body).await.unwrap();
        assert_eq!(made.status, 200, "{}", made.body);
        if !made.at("/data/pathways").as_array().unwrap().is_empty() {
            return index;
        }
    }
    unreachable!("nothing was suggested")
}

async fn told(stack: &TestStack, service: &str, what: &str, is: impl Fn(&Line) -> bool) -> Line {
    eventually(
        &format!("{service} telling of {what}"),
        PATIENCE,
        async || lines(stack, service).into_iter().find(|line| is(line)),
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn one_request_has_one_name_in_every_log() {
    let stack = stack().await;
    let me = stack.signed_in("ADMIN").await.unwrap();
    let me = me.get("/users/me").await.unwrap().text("/data/id").unwrap();

    let name = |index: usize| format!("asked-for-{index}");
    let index = suggest(&stack, |actor, index| {
        actor.clone().with_header("X-Request-Id", name(index))
    })
    .await;

    let name = name(index);
    for service in SERVICES {
        told(&stack, service, &name, |line| {
            line.get("requestId") == Some(&json!(name))
        })
        .await;
    }
    let own = told(&stack, "api-gateway", "the answer", |line| {
        line.get("requestId") == Some(&json!(name)) && line.contains_key("statusCode")
    })
    .await;
    for (field, value) in [
        ("level", json!("INFO")),
        ("service", json!("api-gateway")),
        ("userId", json!(me)),
        ("endpoint", json!("/api/v1/ai/pathways/suggest")),
        ("method", json!("POST")),
        ("statusCode", json!(200)),
    ] {
        assert_eq!(own[field], value, "{field} of {own:?}");
    }
    assert!(own["message"].is_string());
    assert!(own["timestamp"].as_str().unwrap().ends_with('Z'));
    assert!(own["duration"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn a_trace_from_outside_goes_through_every_service() {
    let stack = stack().await;

    let trace = |index: usize| format!("4bf92f3577b34da6a3ce929d0e{index:06x}");
    let index = suggest(&stack, |actor, index| {
        let parent = format!("00-{}-00f067aa0ba902b7-01", trace(index));
        actor.clone().with_header("traceparent", parent)
    })
    .await;

    let trace: Value = json!(trace(index));
    for service in SERVICES {
        told(&stack, service, "the trace", |line| {
            line.get("traceId") == Some(&trace)
        })
        .await;
    }
}
