//! Measures, before and after a few requests.

use dev_stack::Actor;
use dev_stack::test_stack::eventually;
use serde_json::json;

use super::scrape::Scrape;
use super::{PATIENCE, stack};

/// Every measure that the documentation names, with the labels that each of its series has.
const DOCUMENTED: &str = "\
api-gateway http_requests_total method route status_code
api-gateway http_request_duration_seconds_count method route
api-gateway cache_hit_rate cache
api-gateway active_connections
api-gateway ai_request_duration_seconds_count endpoint status
api-gateway upstream_hung service
credential-service database_query_duration_seconds_count operation table
credential-service database_pool_connections state
credential-service grpc_server_handled_total code method
credential-service outbox_oldest_seconds
credential-service failed_login_attempts_total
ai-service grpc_server_handled_total code method
ai-service inference_queue_depth
ai-service inference_queue_wait_seconds_count
ai-service inference_batch_size_count
ai-service inference_run_seconds_count
";

/// What the requests of this test add. `+`: or more, since services also work for themselves.
const GAINED: &str = "\
api-gateway 3 http_requests_total{method=POST,route=/api/v1/auth/login,status_code=401}
api-gateway 4 http_requests_total{method=GET,route=/api/v1/credentials/{id},status_code=200}
api-gateway 1 http_requests_total{method=POST,route=/api/v1/institutions,status_code=201}
api-gateway 3 http_request_duration_seconds_count{method=POST,route=/api/v1/auth/login}
api-gateway 3 cache_hits_total{cache=credential}
api-gateway 1 cache_misses_total{cache=credential}
api-gateway 1 ai_request_duration_seconds_count{endpoint=embed,status=OK}
credential-service 3 failed_login_attempts_total
credential-service 1 database_query_duration_seconds_count{operation=insert,table=institutions}
credential-service 5+ grpc_server_handled_total
credential-service 1+ grpc_server_handled_total{code=0}
ai-service 1+ grpc_server_handled_total{code=0}
ai-service 1+ inference_run_seconds_count
ai-service 1+ inference_cache_misses_total
";

/// Waits until the gateway keeps what it reads.
async fn keeps(visitor: &Actor) {
    eventually("the gateway following the feed", PATIENCE, async || {
        let page = visitor.get("/institutions?limit=1").await.ok()?;
        page.header("cache-status").contains("hit").then_some(())
    })
    .await
    .unwrap();
}

/// Three bad sign-ins, four reads of one offer, a question to a model, a write.
async fn ask(visitor: &Actor, admin: &Actor, offer: &str) {
    let guess = json!({"email": "nobody@people.example", "password": "a guess of somebody"});
    for _ in 0..3 {
        let refused = visitor.post("/auth/login", &guess).await.unwrap();
        assert_eq!(refused.status, 401, "{}", refused.body);
    }
    for _ in 0..4 {
        let read = visitor.get(&format!("/credentials/{offer}")).await.unwrap();
        assert_eq!(read.status, 200, "{}", read.body);
    }
    let texts = json!({"texts": ["a text that nobody has asked about"]});
    let embedded = admin.post("/ai/embeddings", &texts).await.unwrap();
    assert_eq!(embedded.status, 200, "{}", embedded.body);
    let body = json!({"name": "New", "type": "COLLEGE", "code": "NEW"});
    let written = admin.post("/institutions", &body).await.unwrap();
    assert_eq!(written.status, 201, "{}", written.body);
}

#[tokio::test]
async fn every_documented_measure_tells_what_happened() {
    let stack = stack().await;
    let visitor = stack.visitor().unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    keeps(&visitor).await;
    let offer = visitor.get("/credentials?limit=1").await.unwrap();
    let offer = offer.text("/data/0/id").unwrap();
    let before = Scrape::of(&stack).await;

    ask(&visitor, &admin, &offer).await;

    // An answer is counted once it is on its way.
    let last = "http_requests_total{method=POST,route=/api/v1/institutions}";
    let after = eventually("the last answer being counted", PATIENCE, async || {
        let after = Scrape::of(&stack).await;
        (after.sum("api-gateway", last) > 0.0).then_some(after)
    })
    .await
    .unwrap();
    for line in GAINED.lines() {
        let (service, line) = line.split_once(' ').unwrap();
        let (count, what) = line.split_once(' ').unwrap();
        let met = after.sum(service, what) - before.sum(service, what);
        let least: f64 = count.trim_end_matches('+').parse().unwrap();
        let fits = (met - least).abs() < 0.1 || (count.ends_with('+') && met > least);
        let like = after.like(service, what);
        assert!(fits, "{service} {what}: {met}, not {count}\n{like}");
    }
    for line in DOCUMENTED.lines() {
        let mut words = line.split(' ');
        let (service, name) = (words.next().unwrap(), words.next().unwrap());
        let labels: Vec<&str> = words.collect();
        assert_eq!(after.labels(service, name), labels, "{service} {name}");
    }
    for state in ["idle", "busy", "maximum"] {
        let what = format!("database_pool_connections{{state={state}}}");
        assert!(after.has("credential-service", &what), "{what}");
    }
    assert!(after.sum("api-gateway", "active_connections") >= 1.0);
    the_hit_rate_is_what_the_reads_made_it(&after);
    println!("telemetry: {} samples", after.len());
}

fn the_hit_rate_is_what_the_reads_made_it(after: &Scrape) {
    let read = |what: &str| after.sum("api-gateway", &format!("{what}{{cache=credential}}"));
    let hits = read("cache_hits_total");
    let rate = hits / (hits + read("cache_misses_total"));
    // It is told in thousandths.
    let told = read("cache_hit_rate");
    assert!((told - rate).abs() < 0.001, "{told}, not {rate}");
    assert!((0.5..1.0).contains(&rate), "{rate}");
}
