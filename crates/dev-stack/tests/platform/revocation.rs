//! What ends at one gateway ends at every gateway within seconds, with Redis and without, and at those that start later.

use std::time::Duration;

use dev_stack::platform::Platform;
use dev_stack::service::RunningService;
use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use diesel_async::SimpleAsyncConnection as _;
use serde_json::json;

/// The promise is a minute; over the feed it is a second.
const PATIENCE: Duration = Duration::from_secs(20);
/// A public read: credential-service does not look at the session for it, so that a refusal is the gateway's own.
const PUBLIC: &str = "/institutions?limit=1";

/// One more gateway of the same platform.
async fn gateway(stack: &TestStack, redis: bool) -> (RunningService, String) {
    let platform = Platform {
        redis_url: stack.platform.redis_url.clone().filter(|_| redis),
        ..stack.platform.clone()
    };
    let spec = platform
        .api_gateway(0, &stack.credential, "http://127.0.0.1:9")
        .unwrap();
    let running = RunningService::start_ready(spec).await.unwrap();
    let url = running.url("http").unwrap();
    (running, url)
}

async fn refused(actor: &Actor, code: &str) {
    eventually("the refusal", PATIENCE, async || {
        let answer = actor.get(PUBLIC).await.ok()?;
        (answer.status == 401 && answer.at("/error/code") == code).then_some(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn ended_sessions_and_changed_roles_count_at_every_gateway() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let (_second, second) = gateway(&stack, true).await;
    let (_without_redis, without_redis) = gateway(&stack, false).await;
    let others = [second.as_str(), without_redis.as_str()];
    let learner = stack.token("USER").await.unwrap();
    let coordinator = stack.token("PROGRAM_COORDINATOR").await.unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let at = |url: &str, token: &str| Actor::visiting(url).with_token(token);
    for url in others {
        for token in [&learner, &coordinator] {
            assert_eq!(at(url, token).get(PUBLIC).await.unwrap().status, 200);
        }
    }

    let here = stack.visitor().unwrap().with_token(&learner);
    let out = here.post("/auth/logout", &json!({})).await.unwrap();
    let who = stack.visitor().unwrap().with_token(&coordinator);
    let who = who
        .get("/users/me")
        .await
        .unwrap()
        .text("/data/id")
        .unwrap();
    let role = json!({"role": "USER"});
    let changed = admin
        .put(&format!("/users/{who}/role"), &role)
        .await
        .unwrap();

    assert_eq!((out.status, changed.status), (200, 200), "{}", changed.body);
    let at_once = here.get(PUBLIC).await.unwrap();
    assert_eq!(at_once.at("/error/code"), "TOKEN_INVALID");
    for url in others {
        refused(&at(url, &learner), "TOKEN_INVALID").await;
        refused(&at(url, &coordinator), "TOKEN_EXPIRED").await;
    }
    // One that starts afterwards has not heard of it over the feed, and has no Redis to ask.
    let (_late, late) = gateway(&stack, false).await;
    refused(&at(&late, &learner), "TOKEN_INVALID").await;
    refused(&at(&late, &coordinator), "TOKEN_EXPIRED").await;

    let disabled = json!({"isActive": false});
    let status = admin
        .put(&format!("/users/{who}/status"), &disabled)
        .await
        .unwrap();
    assert_eq!(status.status, 200, "{}", status.body);
    for url in [&second, &without_redis, &late] {
        refused(&at(url, &coordinator), "TOKEN_INVALID").await;
        let untouched = Actor::visiting(url).get(PUBLIC).await.unwrap();
        assert_eq!(untouched.status, 200);
    }
}

#[tokio::test]
async fn a_long_transaction_keeps_no_ended_session_alive() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let (_second, second) = gateway(&stack, false).await;
    let learner = stack.token("USER").await.unwrap();
    let there = Actor::visiting(&second).with_token(&learner);
    assert_eq!(there.get(PUBLIC).await.unwrap().status, 200);

    // It has written something: every later change is held back in the feed until it ends.
    let mut open = stack.database.connect().await.unwrap();
    open.batch_execute("BEGIN; SELECT pg_current_xact_id()")
        .await
        .unwrap();
    let here = stack.visitor().unwrap().with_token(&learner);
    let out = here.post("/auth/logout", &json!({})).await.unwrap();

    assert_eq!(out.status, 200, "{}", out.body);
    refused(&there, "TOKEN_INVALID").await;
    open.batch_execute("ROLLBACK").await.unwrap();
}
