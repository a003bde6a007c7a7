//! What is asked of the models about an offer that is not public is answered as if the offer did not exist.

use std::time::Duration;

use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use serde_json::{Value, json};

use super::world::{Person, World};

const NOBODY: &str = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f";

/// The questions about one offer, and who is answered when it is public.
fn questions(offer: &str, own: &str) -> [(&'static str, Value); 5] {
    let pair = json!({"microCredentialId": offer, "recognizingInstitutionId": own, "recognitionType": "EXEMPTION"});
    let one = json!({"microCredentialId": offer});
    let mut proposed = pair.clone();
    for (field, value) in [
        ("creditValue", json!(0)),
        ("creditType", json!("ELECTIVE")),
        ("transcriptMethod", json!("NOT_RECORDED")),
        ("effectiveDate", json!("2026-11-23")),
    ] {
        proposed[field] = value;
    }
    [
        ("/ai/pathways/similar", one.clone()),
        ("/ai/pathways/recommend", one.clone()),
        ("/ai/credits/assess", pair),
        ("/ai/pathways/suggest", one),
        ("/ai/credits/validate", proposed),
    ]
}

async fn ask(actor: &Actor, path: &str, body: &Value) -> (u16, Value) {
    let answer = actor.post(path, body).await.unwrap();
    let said = [answer.at("/error/message"), answer.at("/data/brokenRules")];
    (answer.status, json!(said))
}

#[tokio::test]
async fn the_models_know_nothing_of_what_another_institution_drafts() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let world = World::make(&stack).await;
    let own = world.object("institution", true);
    let draft = world.object("draft", false);
    let public = world.object("published", false);
    // The models follow the record in its order: who knows of this has heard of the draft.
    eventually(
        "the models following",
        Duration::from_secs(60),
        async || {
            let body = json!({"microCredentialId": public});
            let similar = world
                .actor(Person::Admin)
                .post("/ai/pathways/similar", &body);
            (similar.await.ok()?.status == 200).then_some(())
        },
    )
    .await
    .unwrap();

    let mut asked = 0;
    for person in [
        Person::User,
        Person::Coordinator,
        Person::InstitutionAdmin,
        Person::Admin,
    ] {
        let actor = world.actor(person);
        let known = questions(public, own);
        let unknown = questions(NOBODY, own);
        for (index, (path, body)) in questions(draft, own).iter().enumerate() {
            let met = ask(actor, path, body).await;
            let absent = ask(actor, path, &unknown[index].1).await;
            let open = ask(actor, path, &known[index].1).await;

            assert_eq!(met, absent, "{person:?} {path}");
            // Those who may ask nothing of the kind are refused whatever it is about.
            if open.0 != 403 || met.0 != 403 {
                assert_ne!(met, open, "{person:?} {path}");
                // The rules are checked for any offer, and one that is not public breaks the first.
                let expected = if path.ends_with("validate") { 200 } else { 404 };
                assert_eq!(met.0, expected, "{person:?} {path}: {}", met.1);
                asked += 1;
            }
        }
        let batch = json!({"items": [questions(draft, own)[2].1]});
        let batch = actor
            .post("/ai/credits/assess/batch", &batch)
            .await
            .unwrap();
        let code = batch.at("/data/results/0/error/code");
        assert_eq!(code, "NOT_FOUND", "{}", batch.body);
    }
    println!("drafts: {asked} questions");
    // Users may not have drafts made nor rules checked, coordinators may not have rules checked.
    assert_eq!(asked, 3 + 4 + 5 + 5);
}
