//! Bad input gets its documented answer: never a 5xx, never half a write.

use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use dev_stack::{Actor, TestStack};
use serde_json::{Value, json};

async fn refused(actor: &Actor, what: &str, path: &str, body: &Value, expected: (u16, &str)) {
    let answer = actor.post(path, body).await.unwrap();
    let (status, code) = expected;
    assert_eq!(
        (answer.status, answer.at("/error/code")),
        (status, &json!(code)),
        "{what}: {}",
        answer.body
    );
    assert!(
        answer.text("/error/message").unwrap().len() > 10,
        "{what} must be explained"
    );
}

#[tokio::test]
async fn every_bad_question_to_the_models_has_its_code() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let nobody = uuid::Uuid::now_v7().to_string();
    let offer = admin
        .get("/credentials?search=BCIT-CYB-110")
        .await
        .unwrap()
        .text("/data/0/id")
        .unwrap();
    let institution = admin
        .get("/institutions?limit=1")
        .await
        .unwrap()
        .text("/data/0/id")
        .unwrap();
    let assess = "/ai/credits/assess";
    let ask = |credential: &str, institution: &str, kind: &str| json!({"microCredentialId": credential, "recognizingInstitutionId": institution, "recognitionType": kind});
    let invalid = (422, "VALIDATION_ERROR");

    refused(
        &admin,
        "unknown credential",
        assess,
        &ask(&nobody, &institution, "FULL_CREDIT"),
        (404, "NOT_FOUND"),
    )
    .await;
    refused(
        &admin,
        "unknown institution",
        assess,
        &ask(&offer, &nobody, "FULL_CREDIT"),
        (404, "NOT_FOUND"),
    )
    .await;
    refused(
        &admin,
        "wrong enum",
        assess,
        &ask(&offer, &institution, "FULL"),
        (422, "INVALID_ENUM_VALUE"),
    )
    .await;
    refused(
        &admin,
        "id that is no UUID",
        assess,
        &ask("7", &institution, "FULL_CREDIT"),
        invalid,
    )
    .await;
    refused(
        &admin,
        "similar to nothing",
        "/ai/pathways/similar",
        &json!({"microCredentialId": nobody}),
        (404, "NOT_FOUND"),
    )
    .await;
}

#[tokio::test]
async fn every_bad_text_has_its_code() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let invalid = (422, "VALIDATION_ERROR");

    let search = "/ai/search/semantic";
    refused(
        &admin,
        "unknown field",
        search,
        &json!({"query": "x", "colour": "red"}),
        invalid,
    )
    .await;
    refused(
        &admin,
        "empty text",
        search,
        &json!({"query": "  "}),
        invalid,
    )
    .await;
    refused(
        &admin,
        "10,000 words",
        search,
        &json!({"query": "word ".repeat(10_000)}),
        invalid,
    )
    .await;
    let embed = "/ai/embeddings";
    refused(&admin, "no texts", embed, &json!({"texts": []}), invalid).await;
    refused(
        &admin,
        "65 texts",
        embed,
        &json!({"texts": vec!["a"; 65]}),
        invalid,
    )
    .await;
    refused(
        &admin,
        "one empty text",
        embed,
        &json!({"texts": ["a", ""]}),
        invalid,
    )
    .await;
    refused(
        &admin,
        "10 MB",
        embed,
        &json!({"texts": ["a".repeat(10_000_000)]}),
        (413, "PAYLOAD_TOO_LARGE"),
    )
    .await;
}

#[tokio::test]
async fn every_bad_address_has_its_status() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let visitor = stack.visitor().unwrap();
    for (path, status) in [
        ("/credentials/7", 400),
        ("/credentials/%00", 400),
        ("/credentials?sort=password", 400),
        ("/credentials?limit=101", 400),
        ("/credentials?page=0", 400),
        ("/credentials?status=SECRET", 400),
        ("/credentials?colour=red", 400),
        ("/nothing-here", 404),
    ] {
        let answer = visitor.get(path).await.unwrap();
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert_eq!(answer.at("/success"), &json!(false), "{path}");
    }
    let everything = visitor
        .get("/credentials")
        .await
        .unwrap()
        .at("/pagination/total")
        .clone();
    for harmless in ["%25", "%00", "%27%3B--"] {
        let answer = visitor
            .get(&format!("/credentials?search={harmless}"))
            .await
            .unwrap();
        assert!(answer.status < 500, "{harmless}: {}", answer.body);
        assert_ne!(
            answer.at("/pagination/total"),
            &everything,
            "{harmless} must not match everything"
        );
    }
}

#[tokio::test]
async fn a_token_of_another_key_opens_nothing() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let other = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let stranger = stack
        .visitor()
        .unwrap()
        .with_token(&other.token("ADMIN").await.unwrap());

    let answer = stranger.get("/users/me").await.unwrap();

    assert_eq!(
        (answer.status, answer.at("/error/code")),
        (401, &json!("TOKEN_INVALID")),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_refused_draft_leaves_nothing_behind() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let institution = admin
        .get("/institutions?limit=1")
        .await
        .unwrap()
        .text("/data/0/id")
        .unwrap();
    let total = async |path: &str| {
        admin
            .get(path)
            .await
            .unwrap()
            .at("/pagination/total")
            .clone()
    };
    let before = (
        total("/credentials").await,
        total("/audit?entityType=MICRO_CREDENTIAL").await,
    );
    let draft = json!({
        "institutionId": institution, "title": "", "programCode": "BAD-1", "credentialType": "BADGE", "credits": 61, "duration": -1,
        "outcomes": [{"outcomeText": "Good", "isCore": true}, {"outcomeText": "", "isCore": false}]
    });

    let refused = admin.post("/credentials", &draft).await.unwrap();

    assert_eq!(refused.status, 422, "{}", refused.body);
    let details = refused.at("/error/details").as_array().unwrap();
    let fields: Vec<&str> = details
        .iter()
        .map(|detail| detail["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        ["title", "duration", "credits", "outcomes[1].outcomeText"]
    );
    let after = (
        total("/credentials").await,
        total("/audit?entityType=MICRO_CREDENTIAL").await,
    );
    assert_eq!(before, after);
}
