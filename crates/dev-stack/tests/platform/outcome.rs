//! Outcomes read by the platform, and what people make of its answers.

use dev_stack::TestStack;
use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use serde_json::{Value, json};

#[tokio::test]
async fn outcomes_are_classified_with_reasons_and_found_in_prose() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let user = stack.signed_in("USER").await.unwrap();
    let outcomes = [
        ("List the parts of a pump", "REMEMBER"),
        ("Explain how a pump works", "UNDERSTAND"),
        ("Install a pump", "APPLY"),
        ("Analyze why a pump has failed", "ANALYZE"),
        ("Justify the choice of a pump", "EVALUATE"),
        ("Design a pumping station", "CREATE"),
    ];
    let texts: Vec<&str> = outcomes.iter().map(|(text, _)| *text).collect();

    let body = json!({ "outcomes": texts });
    let answer = user.post("/ai/outcomes/classify", &body).await.unwrap();
    let again = user.post("/ai/outcomes/classify", &body).await.unwrap();
    let prose =
        "Pumps are useful.\nLearners will be able to:\n- Install a pump\n- Explain how it works\n";
    let found = user
        .post("/ai/outcomes/extract", &json!({ "text": prose }))
        .await
        .unwrap();
    let bad = user
        .post("/ai/outcomes/classify", &json!({"outcomes": ["fine", " "]}))
        .await
        .unwrap();

    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = answer.at("/data/classifications").as_array().unwrap();
    for ((text, level), told) in outcomes.iter().zip(told) {
        assert_eq!(told["outcomeText"], json!(text));
        assert_eq!(told["bloomLevel"], json!(level), "{told:#}");
        assert_eq!(told["bloomConfidences"].as_array().unwrap().len(), 6);
        assert!(told["keywords"].to_string().contains("pump"), "{told:#}");
    }
    assert_eq!(
        answer.at("/data/classifications"),
        again.at("/data/classifications")
    );
    let extracted: Vec<&Value> = found
        .at("/data/outcomes")
        .as_array()
        .unwrap()
        .iter()
        .map(|outcome| &outcome["outcomeText"])
        .collect();
    assert_eq!(
        extracted,
        [&json!("Install a pump"), &json!("Explain how it works")]
    );
    assert_eq!(bad.status, 422);
    assert_eq!(bad.at("/error/details/0/field"), &json!("outcomes[1]"));
}

#[tokio::test]
async fn feedback_joins_its_prediction_and_only_those_concerned_may_give_it() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let coordinator = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();
    let user = stack.signed_in("USER").await.unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let named = coordinator
        .clone()
        .with_header("Idempotency-Key", "classify-1");
    let body = json!({"outcomes": ["Design a pumping station"]});
    let answer = named.post("/ai/outcomes/classify", &body).await.unwrap();
    let again = named.post("/ai/outcomes/classify", &body).await.unwrap();
    let other = named
        .post(
            "/ai/outcomes/classify",
            &json!({"outcomes": ["Something else entirely"]}),
        )
        .await
        .unwrap();
    let prediction = answer.at("/data/predictionId").clone();
    let word = |verdict: &str, rating: u32| json!({"predictionId": prediction, "verdict": verdict, "rating": rating});

    let first = coordinator
        .post("/ai/feedback", &word("REJECTED", 2))
        .await
        .unwrap();
    let second = coordinator
        .post("/ai/feedback", &word("ACCEPTED", 5))
        .await
        .unwrap();
    let stranger = user
        .post("/ai/feedback", &word("REJECTED", 1))
        .await
        .unwrap();
    let unknown =
        json!({"predictionId": "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f", "verdict": "ACCEPTED"});
    let unknown = coordinator.post("/ai/feedback", &unknown).await.unwrap();
    let broken = coordinator
        .post("/ai/feedback", &word("ACCEPTED", 6))
        .await
        .unwrap();
    let models = admin.get("/ai/models").await.unwrap();
    let refused = coordinator.get("/ai/models").await.unwrap();

    assert_eq!(
        answer.at("/data"),
        again.at("/data"),
        "the same key, the same answer"
    );
    assert_eq!(
        (other.status, other.at("/error/details/0/field")),
        (422, &json!("Idempotency-Key"))
    );
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(first.at("/data/id"), second.at("/data/id"));
    assert_eq!(second.at("/data/verdict"), &json!("ACCEPTED"));
    assert_eq!(
        (stranger.status, unknown.status, broken.status),
        (404, 404, 422)
    );
    assert_eq!(refused.status, 403);
    let models = models.at("/data/models").as_array().unwrap();
    let classification = models
        .iter()
        .find(|model| model["kind"] == json!("outcome_classification"))
        .unwrap();
    assert_eq!(classification["predictions"], json!(1));
    assert_eq!(
        classification["feedback"],
        json!({"accepted": 1, "rejected": 0, "modified": 0, "meanRating": 5.0})
    );
    assert_eq!(
        classification["drift"]["populationStabilityIndex"],
        Value::Null
    );
    assert!(classification["since"].is_string());
    assert_eq!(classification["metrics"].as_array().unwrap().len(), 7);
}
