//! The record of decisions through the REST interface: verified, and told of refusals.

use dev_stack::TestStack;
use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use serde_json::json;

#[tokio::test]
async fn administrators_verify_the_record_and_others_do_not() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let inside = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let coordinator = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();

    let all = admin.get("/audit/verify").await.unwrap();
    let same = inside.get("/audit/verify?after=1").await.unwrap();
    let refused = coordinator.get("/audit/verify").await.unwrap();
    let nobody = stack.visitor().unwrap().get("/audit/verify").await.unwrap();
    let beyond = admin.get("/audit/verify?after=99999999").await.unwrap();
    let unknown = admin.get("/audit/verify?from=1").await.unwrap();

    assert_eq!(all.status, 200, "{}", all.body);
    assert_eq!(all.at("/data/valid"), &json!(true), "{}", all.body);
    assert_eq!(all.at("/data/complete"), &json!(true));
    assert_eq!(all.at("/data/checked"), all.at("/data/newest"));
    assert_eq!(same.at("/data/valid"), &json!(true), "{}", same.body);
    let statuses = [&refused, &nobody, &beyond, &unknown].map(|answer| answer.status);
    assert_eq!(statuses, [403, 401, 404, 400]);
}

#[tokio::test]
async fn refusals_are_on_record_once_a_minute() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let coordinator = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();
    let me = coordinator.get("/users/me").await.unwrap();
    let person = me.text("/data/id").unwrap();

    for _ in 0..3 {
        let refused = coordinator.get("/audit").await.unwrap();
        assert_eq!(refused.status, 403, "{}", refused.body);
    }
    let body = json!({"name": "New", "type": "COLLEGE", "code": "NEW"});
    let refused = coordinator.post("/institutions", &body).await.unwrap();
    assert_eq!(refused.status, 403, "{}", refused.body);

    let admin = stack.signed_in("ADMIN").await.unwrap();
    let record = admin
        .get(&format!(
            "/audit?action=ACCESS_REFUSED&userId={person}&sort=createdAt"
        ))
        .await
        .unwrap();
    assert_eq!(record.at("/pagination/total"), &json!(2), "{}", record.body);
    assert_eq!(
        record.at("/data/0/changes/operation/after"),
        &json!("GET /api/v1/audit")
    );
    assert_eq!(
        record.at("/data/1/changes/operation/after"),
        &json!("POST /api/v1/institutions")
    );
    assert_eq!(record.at("/data/0/entityId"), &json!(person));
}
