//! Search by meaning over the demonstration catalogue.

use dev_stack::TestStack;
use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use serde_json::json;

#[tokio::test]
async fn a_question_finds_what_it_means_and_filters_hold() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let visitor = stack.visitor().unwrap();

    let cells = visitor
        .post("/ai/search/semantic", &json!({"query": "keeping living cells alive in a dish without contamination", "limit": 3}))
        .await
        .unwrap();
    let title = cells.text("/data/results/0/title").unwrap().to_lowercase();
    assert!(title.contains("culture"), "{}", cells.body);

    let institutions = visitor
        .get("/institutions?search=Vancouver%20Island%20University")
        .await
        .unwrap();
    let island = institutions.text("/data/0/id").unwrap();
    let filtered = visitor
        .post("/ai/search/semantic", &json!({"query": "network security", "filters": {"institutionId": island}, "limit": 50}))
        .await
        .unwrap();
    let results = filtered.at("/data/results").as_array().unwrap();
    assert!(
        !results.is_empty(),
        "a filter must not hide what lies beyond the first hits"
    );
    assert!(
        results
            .iter()
            .all(|result| result["institution"]["id"] == json!(island))
    );
    assert_eq!(filtered.at("/data/total"), &json!(results.len()));
}
