//! The main job: find an offer, ask whether it would be accepted, decide, and find the decision on record.

use dev_stack::TestStack;
use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use serde_json::json;

#[tokio::test]
async fn a_registrar_finds_assesses_recognises_and_sees_it_on_record() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let registrar = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let own = registrar
        .get("/users/me")
        .await
        .unwrap()
        .text("/data/institutionId")
        .unwrap();
    let question =
        json!({"query": "assess the risk of a computer network being attacked", "limit": 50});

    let found = registrar
        .post("/ai/search/semantic", &question)
        .await
        .unwrap();
    let offer = found
        .at("/data/results")
        .as_array()
        .unwrap()
        .iter()
        .find(|result| result["institution"]["id"] != json!(own))
        .unwrap();
    let offer_id = offer["microCredentialId"].as_str().unwrap();
    let detail = registrar
        .get(&format!("/credentials/{offer_id}"))
        .await
        .unwrap();
    let taken: Vec<_> = detail
        .at("/data/recognitions")
        .as_array()
        .unwrap()
        .iter()
        .map(|known| known["recognitionType"].clone())
        .collect();
    let kind = ["ADVANCED_STANDING", "EXEMPTION", "PARTIAL_CREDIT"]
        .into_iter()
        .find(|kind| !taken.contains(&json!(kind)))
        .unwrap();
    let asked = json!({"microCredentialId": offer_id, "recognizingInstitutionId": own, "recognitionType": kind});
    let report = registrar.post("/ai/credits/assess", &asked).await.unwrap();
    let decision = json!({
        "microCredentialId": offer_id, "recognizingInstitutionId": own, "recognitionType": kind, "creditValue": 1.5,
        "creditType": "ELECTIVE", "transcriptMethod": "LISTED_ON_TRANSCRIPT", "effectiveDate": "2026-11-23", "notes": "journey"
    });
    let recorded = registrar.post("/recognitions", &decision).await.unwrap();

    assert_eq!(report.status, 200, "{}", report.body);
    assert!(
        !report
            .at("/data/matrix/similarities")
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(recorded.status, 201, "{}", recorded.body);
    let id = recorded.text("/data/id").unwrap();
    let record = registrar
        .get(&format!("/audit?entityType=RECOGNITION&entityId={id}"))
        .await
        .unwrap();
    assert_eq!(record.at("/pagination/total"), &json!(1), "{}", record.body);
    assert_eq!(record.at("/data/0/action"), &json!("CREATE"));
    assert_eq!(record.at("/data/0/changes/notes/after"), &json!("journey"));
    let again = registrar.post("/recognitions", &decision).await.unwrap();
    assert_eq!(
        (again.status, again.at("/error/code")),
        (409, &json!("DUPLICATE_KEY")),
        "{}",
        again.body
    );
}

#[tokio::test]
async fn a_coordinator_writes_and_publishes_and_everyone_finds_it() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let coordinator = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();
    let account = stack.account("PROGRAM_COORDINATOR", None).unwrap();
    let own = account.institution_code.as_deref();
    let other = if own == Some("CAM") { "BCIT" } else { "CAM" };
    let elsewhere = stack.account("INSTITUTION_ADMIN", Some(other)).unwrap();
    let stranger = stack.signed_in_as(elsewhere).await.unwrap();
    let visitor = stack.visitor().unwrap();
    let institution = coordinator
        .get("/users/me")
        .await
        .unwrap()
        .text("/data/institutionId")
        .unwrap();
    let draft = json!({
        "institutionId": institution, "title": "Falconry for Airport Wildlife Control", "programCode": "TEST-FALCON-1",
        "credentialType": "MICRO_CREDENTIAL", "level": "INTRODUCTORY", "credits": 1.5,
        "description": "Fly trained raptors to keep gulls and geese away from runways.",
        "outcomes": [{"outcomeText": "Handle a trained falcon safely beside an active runway", "isCore": true, "bloomLevel": "APPLY"}]
    });

    let created = coordinator.post("/credentials", &draft).await.unwrap();
    assert_eq!(created.status, 201, "{}", created.body);
    let id = created.text("/data/id").unwrap();
    let hidden = visitor.get(&format!("/credentials/{id}")).await.unwrap();
    let submitted = coordinator
        .post(&format!("/credentials/{id}/submit"), &json!({}))
        .await
        .unwrap();
    let refused = stranger
        .post(&format!("/credentials/{id}/publish"), &json!({}))
        .await
        .unwrap();
    let published = coordinator
        .post(&format!("/credentials/{id}/publish"), &json!({}))
        .await
        .unwrap();

    assert_eq!(
        (
            hidden.status,
            submitted.status,
            refused.status,
            published.status
        ),
        (404, 200, 404, 200),
        "{}",
        published.body
    );
    let question =
        json!({"query": "birds of prey that scare geese off the landing strip", "limit": 3});
    dev_stack::test_stack::eventually(
        "the offer being found",
        std::time::Duration::from_secs(20),
        async || {
            let found = visitor
                .post("/ai/search/semantic", &question)
                .await
                .unwrap();
            (found.at("/data/results/0/microCredentialId") == &json!(id)).then_some(())
        },
    )
    .await
    .unwrap();
}
