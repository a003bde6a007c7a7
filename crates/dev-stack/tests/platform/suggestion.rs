//! Where an offer could lead, from the question to the draft of a pathway.

use std::time::Duration;

use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use serde_json::{Value, json};

async fn find(actor: &Actor, path: &str, key: &str, value: &str) -> Value {
    let found = actor.get(path).await.unwrap();
    let rows = found.at("/data").as_array().unwrap();
    let row = rows.iter().find(|row| row[key] == json!(value));
    row.unwrap_or_else(|| unreachable!("no {value} in {}", found.body))
        .clone()
}

async fn offer(actor: &Actor, code: &str) -> Value {
    find(
        actor,
        &format!("/credentials?search={code}"),
        "programCode",
        code,
    )
    .await
}

/// Asks until the catalogue has reached the AI service.
async fn ask(actor: &Actor, path: &str, body: &Value) -> Value {
    let answer = eventually(
        "the AI service knowing the catalogue",
        Duration::from_secs(60),
        async || {
            let answer = actor.post(path, body).await.unwrap();
            (![404, 503].contains(&answer.status)).then_some(answer)
        },
    )
    .await
    .unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.at("/data").clone()
}

#[tokio::test]
async fn recommendations_show_every_factor_and_do_not_change_by_themselves() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let user = stack.signed_in("USER").await.unwrap();
    let source = offer(&user, "BCIT-CYB-110").await;
    let body = json!({"microCredentialId": source["id"], "minConfidence": 0.3});
    let without_chance = |mut answer: Value| {
        answer["predictionId"] = Value::Null;
        answer["metadata"]["computationTimeMs"] = Value::Null;
        answer.to_string()
    };

    let first = ask(&user, "/ai/pathways/recommend", &body).await;
    let second = ask(&user, "/ai/pathways/recommend", &body).await;

    let recommendations = first["recommendations"].as_array().unwrap();
    assert!(!recommendations.is_empty(), "{first:#}");
    // The paraphrase of the offer is known to be taught there, and the offer is recognised there.
    let camosun = recommendations
        .iter()
        .find(|it| {
            it["targetProgram"]["institution"]["code"] == json!("CAM")
                && it["targetProgram"]["microCredentialId"].is_string()
        })
        .unwrap_or_else(|| panic!("{first:#}"));
    for factor in ["content", "collaborative", "institution"] {
        assert!(
            camosun["factors"][factor].is_number(),
            "{factor}: {camosun:#}"
        );
    }
    assert!(!camosun["reasoning"].as_array().unwrap().is_empty());
    assert!(!camosun["similarOutcomes"].as_array().unwrap().is_empty());
    assert!(camosun["expectedDuration"].is_number());
    for pair in recommendations.windows(2) {
        assert!(pair[0]["confidenceScore"].as_f64() >= pair[1]["confidenceScore"].as_f64());
    }
    let version = first["metadata"]["modelVersion"].as_str().unwrap();
    assert!(
        version.starts_with("pathway-factors-1(0.4/0.3/0.2/0.1)+"),
        "{version}"
    );
    assert_ne!(first["predictionId"], second["predictionId"]);
    assert_eq!(without_chance(first), without_chance(second));
}

#[tokio::test]
async fn a_filter_is_inside_the_search_and_an_empty_store_invents_nothing() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let source = offer(&admin, "BCIT-CYB-110").await;
    let empty = admin
        .post(
            "/institutions",
            &json!({"name": "Empty College", "type": "COLLEGE", "code": "EMPTY"}),
        )
        .await
        .unwrap();
    let target = |id: &Value| json!({"microCredentialId": source["id"], "targetInstitutionId": id, "minConfidence": 0.0, "limit": 20});
    let camosun = find(&admin, "/institutions?limit=100", "code", "CAM").await;

    let nowhere = ask(
        &admin,
        "/ai/pathways/recommend",
        &target(empty.at("/data/id")),
    )
    .await;
    let there = ask(&admin, "/ai/pathways/recommend", &target(&camosun["id"])).await;

    assert_eq!(nowhere["recommendations"], json!([]));
    assert_eq!(nowhere["metadata"]["totalCandidates"], json!(0));
    let found = there["recommendations"].as_array().unwrap();
    assert!(!found.is_empty(), "{there:#}");
    for it in found {
        assert_eq!(it["targetProgram"]["institution"]["code"], json!("CAM"));
    }
}

#[tokio::test]
async fn suggestions_become_drafts_once_and_nobody_else_can_claim_them() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let coordinator = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();
    let user = stack.signed_in("USER").await.unwrap();
    let me = coordinator.get("/users/me").await.unwrap();
    let institution = me.text("/data/institutionId").unwrap();
    let offers = coordinator
        .get(&format!(
            "/credentials?institutionId={institution}&status=PUBLISHED&limit=100"
        ))
        .await
        .unwrap();
    let offers = offers.at("/data").as_array().unwrap().clone();
    let mut made = Value::Null;
    let mut body = Value::Null;
    for (index, offer) in offers.iter().enumerate() {
        body = json!({"microCredentialId": offer["id"], "minConfidence": 0.3, "limit": 3});
        let named = coordinator
            .clone()
            .with_header("Idempotency-Key", format!("suggest-{index}"));
        made = ask(&named, "/ai/pathways/suggest", &body).await;
        if made["pathways"].as_array().is_some_and(|it| !it.is_empty()) {
            let again = ask(&named, "/ai/pathways/suggest", &body).await;
            assert_eq!(again, made, "the same key, the same answer");
            break;
        }
    }

    let drafts = made["pathways"].as_array().unwrap();
    assert!(!drafts.is_empty(), "{made:#}");
    for draft in drafts {
        assert_eq!(draft["isAiSuggested"], json!(true), "{draft:#}");
        assert_eq!(draft["status"], json!("DRAFT"));
        assert!(draft["confidenceScore"].as_f64().unwrap() >= 0.3);
        assert!(
            draft["aiReasoning"]
                .as_str()
                .unwrap()
                .contains("Confidence")
        );
        assert_eq!(draft["sourceInstitutionId"], json!(institution));
    }
    let listed = coordinator
        .get("/pathways?isAiSuggested=true&status=DRAFT&limit=100")
        .await
        .unwrap();
    assert_eq!(
        listed.at("/pagination/total"),
        &json!(drafts.len()),
        "{}",
        listed.body
    );

    let refused = user.post("/ai/pathways/suggest", &body).await.unwrap();
    assert_eq!(refused.status, 403, "{}", refused.body);
    let mut claimed = json!({"name": "Claimed", "sourceInstitutionId": institution, "targetInstitutionId": drafts[0]["targetInstitutionId"],
        "microCredentialId": body["microCredentialId"], "pathwayType": "EXTERNAL"});
    claimed["isAiSuggested"] = json!(true);
    let claimed = coordinator.post("/pathways", &claimed).await.unwrap();
    assert!([400, 422].contains(&claimed.status), "{}", claimed.body);
}

#[tokio::test]
async fn a_batch_answers_each_item_and_the_rules_name_what_they_find() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let source = offer(&admin, "BCIT-CYB-110").await;
    let camosun = find(&admin, "/institutions?limit=100", "code", "CAM").await;
    let pair = |id: &Value| json!({"microCredentialId": id, "recognizingInstitutionId": camosun["id"], "recognitionType": "EQUIVALENCY"});
    let single = ask(&admin, "/ai/credits/assess", &pair(&source["id"])).await;

    let items = json!({"items": [pair(&source["id"]), pair(&camosun["id"])]});
    let batch = ask(&admin, "/ai/credits/assess/batch", &items).await;
    let rules = ask(
        &admin,
        "/ai/credits/validate",
        &json!({"microCredentialId": source["id"], "recognizingInstitutionId": camosun["id"], "recognitionType": "EXEMPTION",
            "creditValue": 99, "creditType": "ELECTIVE", "transcriptMethod": "DIGITAL_BADGE", "effectiveDate": "2026-01-01", "expiryDate": "2025-01-01"}),
    )
    .await;

    assert_eq!(
        batch["results"][0]["report"]["assessment"],
        single["assessment"]
    );
    assert_eq!(batch["results"][0]["error"], Value::Null);
    assert_eq!(batch["results"][1]["error"]["code"], json!("NOT_FOUND"));
    assert_eq!(rules["valid"], json!(false));
    let broken: Vec<&str> = rules["brokenRules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    for id in [
        "CREDITS_IN_RANGE",
        "CREDITS_WITHIN_OFFER",
        "EXEMPTION_WITHOUT_CREDITS",
        "DATES_IN_ORDER",
    ] {
        assert!(broken.contains(&id), "{id} in {broken:?}");
    }
    let user = stack.signed_in("USER").await.unwrap();
    let refused = user.post("/ai/credits/validate", &json!({"microCredentialId": source["id"], "recognizingInstitutionId": camosun["id"], "recognitionType": "EXEMPTION",
            "creditValue": 0, "creditType": "ELECTIVE", "transcriptMethod": "DIGITAL_BADGE", "effectiveDate": "2026-01-01"})).await.unwrap();
    assert_eq!(refused.status, 403, "{}", refused.body);
}
