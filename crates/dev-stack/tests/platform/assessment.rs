//! The report can be checked from outside, and does not change by itself.

use std::time::Duration;

use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use serde_json::{Value, json};

async fn credential(actor: &Actor, search: &str) -> Value {
    let found = actor
        .get(&format!("/credentials?search={search}"))
        .await
        .unwrap();
    assert_eq!(
        found.at("/pagination/total"),
        &json!(1),
        "{search}: {}",
        found.body
    );
    found.at("/data/0").clone()
}

async fn assess(actor: &Actor, source: &str, target_institution: &str) -> Value {
    let source = credential(actor, source).await;
    let target = actor
        .get(&format!(
            "/institutions?search={target_institution}&limit=100"
        ))
        .await
        .unwrap();
    let institution = target
        .at("/data")
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["code"] == json!(target_institution))
        .unwrap()
        .clone();
    let asked = json!({"microCredentialId": source["id"], "recognizingInstitutionId": institution["id"], "recognitionType": "FULL_CREDIT"});
    // What was recorded a moment ago reaches the AI service with the feed.
    let report = eventually(
        "the AI service knowing both sides",
        Duration::from_secs(20),
        async || {
            let report = actor.post("/ai/credits/assess", &asked).await.unwrap();
            (![404, 503].contains(&report.status)).then_some(report)
        },
    )
    .await
    .unwrap();
    assert_eq!(report.status, 200, "{}", report.body);
    report.at("/data").clone()
}

async fn embed(actor: &Actor, outcomes: &Value) -> Vec<Vec<f64>> {
    let texts: Vec<&Value> = outcomes
        .as_array()
        .unwrap()
        .iter()
        .map(|outcome| &outcome["text"])
        .collect();
    let answer = actor
        .post("/ai/embeddings", &json!({ "texts": texts }))
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_value(answer.at("/data/embeddings").clone()).unwrap()
}

#[tokio::test]
async fn every_similarity_of_a_report_follows_from_the_embeddings() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let user = stack.signed_in("USER").await.unwrap();

    let report = assess(&user, "BCIT-CYB-110", "CAM").await;

    let columns = embed(&user, &report["matrix"]["sourceOutcomes"]).await;
    let rows = embed(&user, &report["matrix"]["targetOutcomes"]).await;
    let similarities = report["matrix"]["similarities"].as_array().unwrap();
    assert_eq!(similarities.len(), rows.len());
    let mut checked = 0;
    for (row, stated) in rows.iter().zip(similarities) {
        for (column, stated) in columns.iter().zip(stated.as_array().unwrap()) {
            let cosine: f64 = row
                .iter()
                .zip(column)
                .map(|(left, right)| left * right)
                .sum();
            assert!(
                (cosine - stated.as_f64().unwrap()).abs() < 1e-4,
                "{cosine} against {stated}"
            );
            checked += 1;
        }
    }
    assert_eq!(checked, rows.len() * columns.len());
    assert!(checked >= 9);
}

#[tokio::test]
async fn the_same_question_gets_the_same_report() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let user = stack.signed_in("USER").await.unwrap();
    let without_name = |mut report: Value| {
        assert!(report["predictionId"].is_string());
        report["predictionId"] = Value::Null;
        report.to_string()
    };

    let first = without_name(assess(&user, "BCIT-PM-115", "DOUG").await);
    let second = without_name(assess(&user, "BCIT-PM-115", "DOUG").await);

    assert_eq!(first, second);
}

#[tokio::test]
async fn a_paraphrase_is_accepted_and_an_unrelated_offer_is_not() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let user = stack.signed_in("USER").await.unwrap();

    for (source, target) in [
        ("BCIT-CYB-110", "CAM"),
        ("BCIT-LAB-230", "UVIC"),
        ("BCIT-PM-115", "DOUG"),
    ] {
        let report = assess(&user, source, target).await;
        let advice = report["assessment"]["recommendation"].as_str().unwrap();
        assert!(
            ["APPROVE", "CONDITIONAL"].contains(&advice),
            "{source} at {target}: {report:#}"
        );
    }
    let unrelated = assess(&user, "TRU-TRD-125", "NVIT").await;
    assert_eq!(
        unrelated["assessment"]["recommendation"],
        json!("DENY"),
        "{unrelated:#}"
    );
    assert_eq!(unrelated["assessment"]["creditValue"], json!(0.0));
}

#[tokio::test]
async fn an_institution_without_a_catalogue_gets_an_honest_report() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let created = admin
        .post(
            "/institutions",
            &json!({"name": "Empty College", "type": "COLLEGE", "code": "EMPTY"}),
        )
        .await
        .unwrap();
    assert_eq!(created.status, 201, "{}", created.body);

    let report = assess(&admin, "BCIT-CYB-110", "EMPTY").await;

    assert_eq!(
        report["assessment"]["recommendation"],
        json!("REVIEW"),
        "{report:#}"
    );
    assert_eq!(report["analysis"]["targetProgram"], Value::Null);
}
