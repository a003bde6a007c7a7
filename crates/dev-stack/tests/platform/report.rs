//! Reports through the REST interface, made by a worker of its own.

use std::time::Duration;

use dev_stack::TestStack;
use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use serde_json::{Value, json};
use tokio::time::timeout;

#[tokio::test]
async fn a_report_is_asked_for_made_and_fetched() {
    let mut stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let other = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();

    let asked = admin
        .post("/reports", &json!({"kind": "CATALOGUE"}))
        .await
        .unwrap();
    assert_eq!(asked.status, 202, "{}", asked.body);
    let id = asked.text("/data/id").unwrap();
    let path = format!("/reports/{id}");
    assert_eq!(asked.header("location"), format!("/api/v1{path}"));
    assert_eq!(asked.at("/data/status"), &json!("PENDING"));
    let early = admin.get(&format!("{path}/content")).await.unwrap();
    assert_eq!(early.status, 409, "{}", early.body);

    stack.start_worker().await.unwrap();
    let ready = timeout(Duration::from_secs(60), async {
        loop {
            let found = admin.get(&path).await.unwrap();
            if found.at("/data/status") == &json!("READY") {
                return found;
            }
        }
    });
    let ready = ready.await.unwrap();
    let content = admin.get(&format!("{path}/content")).await.unwrap();
    assert_eq!(content.status, 200, "{}", content.body);
    assert!(
        content
            .header("content-type")
            .starts_with("application/x-ndjson")
    );
    assert!(
        content
            .header("content-disposition")
            .contains("catalogue.jsonl")
    );
    assert_eq!(ready.at("/data/byteCount"), &json!(content.bytes.len()));
    let lines = content.bytes.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(ready.at("/data/rowCount"), &json!(lines));

    // What came out goes in again, and nothing changes.
    let again = admin
        .post_file("/credentials/import", "application/x-ndjson", content.bytes)
        .await
        .unwrap();
    assert_eq!(again.at("/data/unchanged"), &json!(lines), "{}", again.body);
    let refused = other.get(&path).await.unwrap();
    assert_eq!(refused.status, 403, "{}", refused.body);
}

#[tokio::test]
async fn a_report_that_cannot_be_is_refused_field_by_field() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let refused = async |body: Value| admin.post("/reports", &body).await.unwrap();

    let without = refused(json!({"kind": "DECISIONS"})).await;
    let unknown = refused(json!({"kind": "GOSSIP"})).await;
    let mut body = json!({"kind": "DECISIONS", "periodStart": "2026-10-31"});
    body["periodEnd"] = json!("2026-10-01");
    let backwards = refused(body).await;

    assert_eq!(without.status, 422, "{}", without.body);
    assert!(without.body.to_string().contains("periodStart"));
    assert!(without.body.to_string().contains("periodEnd"));
    assert!([400, 422].contains(&unknown.status), "{}", unknown.body);
    assert_eq!(backwards.status, 422, "{}", backwards.body);
}
