//! Bad input gets its documented answer: never a 5xx, never half a write.

use dev_stack::TestStack;
use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use serde_json::{Value, json};

#[tokio::test]
async fn every_kind_of_bad_input_has_its_code() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let nobody = uuid::Uuid::now_v7();
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
    let ask = |credential: &str, institution: &str, kind: &str| json!({"microCredentialId": credential, "recognizingInstitutionId": institution, "recognitionType": kind});
    let nobody = nobody.to_string();
    let posts: Vec<(&str, &str, Value, u16, &str)> = vec![
        (
            "unknown credential",
            "/ai/credits/assess",
            ask(&nobody, &institution, "FULL_CREDIT"),
            404,
            "NOT_FOUND",
        ),
        (
            "unknown institution",
            "/ai/credits/assess",
            ask(&offer, &nobody, "FULL_CREDIT"),
            404,
            "NOT_FOUND",
        ),
        (
            "wrong enum",
            "/ai/credits/assess",
            ask(&offer, &institution, "FULL"),
            422,
            "INVALID_ENUM_VALUE",
        ),
        (
            "id that is no UUID",
            "/ai/credits/assess",
            ask("7", &institution, "FULL_CREDIT"),
            422,
            "VALIDATION_ERROR",
        ),
        (
            "unknown field",
            "/ai/search/semantic",
            json!({"query": "x", "colour": "red"}),
            422,
            "VALIDATION_ERROR",
        ),
        (
            "empty text",
            "/ai/search/semantic",
            json!({"query": "  "}),
            422,
            "VALIDATION_ERROR",
        ),
        (
            "10,000 words",
            "/ai/search/semantic",
            json!({"query": "word ".repeat(10_000)}),
            422,
            "VALIDATION_ERROR",
        ),
        (
            "no texts",
            "/ai/embeddings",
            json!({"texts": []}),
            422,
            "VALIDATION_ERROR",
        ),
        (
            "65 texts",
            "/ai/embeddings",
            json!({"texts": vec!["a"; 65]}),
            422,
            "VALIDATION_ERROR",
        ),
        (
            "one empty text",
            "/ai/embeddings",
            json!({"texts": ["a", ""]}),
            422,
            "VALIDATION_ERROR",
        ),
        (
            "10 MB",
            "/ai/embeddings",
            json!({"texts": ["a".repeat(10_000_000)]}),
            413,
            "PAYLOAD_TOO_LARGE",
        ),
        (
            "similar to nothing",
            "/ai/pathways/similar",
            json!({"microCredentialId": nobody}),
            404,
            "NOT_FOUND",
        ),
    ];
    for (what, path, body, status, code) in posts {
        let answer = admin.post(path, &body).await.unwrap();
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
        let answer = admin.get(path).await.unwrap();
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert_eq!(answer.at("/success"), &json!(false), "{path}");
    }
    for harmless in [
        "/credentials?search=%25",
        "/credentials?search=%00",
        "/credentials?search=%27%3B--",
    ] {
        let answer = admin.get(harmless).await.unwrap();
        assert!(answer.status < 500, "{harmless}: {}", answer.body);
        assert_ne!(
            answer.at("/pagination/total"),
            &json!(60),
            "{harmless} must not match everything"
        );
    }
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
    let count = async || {
        admin
            .get("/credentials?limit=1")
            .await
            .unwrap()
            .at("/pagination/total")
            .clone()
    };
    let audited = async || {
        admin
            .get("/audit?entityType=MICRO_CREDENTIAL&limit=1")
            .await
            .unwrap()
            .at("/pagination/total")
            .clone()
    };
    let (credentials, entries) = (count().await, audited().await);
    let draft = json!({
        "institutionId": institution, "title": "", "programCode": "BAD-1", "credentialType": "BADGE", "credits": 61, "duration": -1,
        "outcomes": [{"outcomeText": "Good", "isCore": true}, {"outcomeText": "", "isCore": false}]
    });

    let refused = admin.post("/credentials", &draft).await.unwrap();

    assert_eq!(refused.status, 422, "{}", refused.body);
    let fields: Vec<&str> = refused
        .at("/error/details")
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        ["title", "duration", "credits", "outcomes[1].outcomeText"]
    );
    assert_eq!((count().await, audited().await), (credentials, entries));
}
