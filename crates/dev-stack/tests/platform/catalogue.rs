//! Changing and withdrawing the catalogue over REST.

use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use dev_stack::{Actor, TestStack};
use serde_json::{Value, json};

async fn stack() -> TestStack {
    TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap()
}

async fn institution_of(person: &Actor) -> String {
    let me = person.get("/users/me").await.unwrap();
    me.text("/data/institutionId").unwrap()
}

async fn draft(person: &Actor, code: &str) -> String {
    let institution = institution_of(person).await;
    let body = json!({"title": "Soil surveys", "programCode": code, "institutionId": institution,
        "credentialType": "MICRO_CREDENTIAL",
        "outcomes": [{"outcomeText": "Describe a soil profile", "isCore": true}]});
    let made = person.post("/credentials", &body).await.unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
    made.text("/data/id").unwrap()
}

#[tokio::test]
async fn institutions_are_changed_and_withdrawn() {
    let stack = stack().await;
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let decider = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let path = format!("/institutions/{}", institution_of(&decider).await);
    let before = decider.get(&path).await.unwrap();
    let body = json!({"name": "Another name", "type": before.at("/data/type"), "code": before.at("/data/code")});
    let seen = decider
        .clone()
        .with_header("If-Match", before.header("etag"));

    let after = seen.put(&path, &body).await.unwrap();
    let late = seen.put(&path, &body).await.unwrap();

    assert_eq!(after.status, 200, "{}", after.body);
    assert_eq!(after.at("/data/name"), &json!("Another name"));
    assert_eq!(late.at("/error/code"), &json!("PRECONDITION_FAILED"));
    let broken = json!({"name": " ", "type": "COLLEGE", "code": "a b", "contactEmail": "x"});
    let broken = decider.put(&path, &broken).await.unwrap();
    assert_eq!(broken.status, 422, "{}", broken.body);
    assert_eq!(broken.at("/error/details").as_array().unwrap().len(), 3);
    assert_eq!(decider.delete(&path).await.unwrap().status, 403);
    let visitor = stack.visitor().unwrap();
    assert_eq!(visitor.delete(&path).await.unwrap().status, 401);
    let gone = admin.delete(&path).await.unwrap();
    assert_eq!(
        (gone.status, gone.at("/data/isActive")),
        (200, &json!(false))
    );
    let shown = visitor.get(&path).await.unwrap();
    assert_eq!(shown.at("/data/isActive"), &json!(false));
}

#[tokio::test]
async fn offers_are_withdrawn_and_gone() {
    let stack = stack().await;
    let writer = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();
    let decider = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let id = draft(&writer, "SOIL-20").await;
    let path = format!("/credentials/{id}");
    for step in ["submit", "publish"] {
        let moved = decider
            .post(&format!("{path}/{step}"), &json!({}))
            .await
            .unwrap();
        assert_eq!(moved.status, 200, "{}", moved.body);
    }
    let stale = decider.clone().with_header("If-Match", "\"1\"");

    assert_eq!(writer.delete(&path).await.unwrap().status, 403);
    assert_eq!(stale.delete(&path).await.unwrap().status, 412);
    let gone = decider.delete(&path).await.unwrap();

    assert_eq!(
        (gone.status, gone.at("/data/isActive")),
        (200, &json!(false))
    );
    let visitor = stack.visitor().unwrap();
    let answer = visitor.get(&path).await.unwrap();
    assert_eq!(
        (answer.status, answer.at("/error/code")),
        (410, &json!("RESOURCE_DELETED"))
    );
    let outcomes = visitor.get(&format!("{path}/outcomes")).await.unwrap();
    assert_eq!(outcomes.status, 410, "{}", outcomes.body);
    let found = visitor.get("/credentials?search=SOIL-20").await.unwrap();
    assert_eq!(found.at("/pagination/total"), &json!(0));
    let record = decider
        .get(&format!("/audit?entityId={id}&action=DELETE"))
        .await
        .unwrap();
    assert_eq!(record.at("/pagination/total"), &json!(1), "{}", record.body);
}

#[tokio::test]
async fn parts_have_addresses_of_their_own() {
    let stack = stack().await;
    let writer = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();
    let id = draft(&writer, "SOIL-21").await;
    let list = format!("/credentials/{id}/outcomes");
    let body = json!({"outcomeText": "Dig a pit", "bloomLevel": "APPLY"});
    let named = writer.clone().with_header("Idempotency-Key", "dig");

    let made = named.post(&list, &body).await.unwrap();
    let again = named.post(&list, &body).await.unwrap();

    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.at("/data"), again.at("/data"));
    let part = made.text("/data/id").unwrap();
    assert_eq!(
        made.header("location"),
        format!("/api/v1/credentials/{id}/outcomes/{part}")
    );
    let all = writer.get(&list).await.unwrap();
    assert_eq!(all.at("/data").as_array().unwrap().len(), 2, "{}", all.body);
    let seen = writer.clone().with_header("If-Match", all.header("etag"));
    let one = format!("{list}/{part}");
    let after = seen
        .put(&one, &json!({"outcomeText": "Dig two pits"}))
        .await
        .unwrap();
    assert_eq!(after.at("/data/outcomeText"), &json!("Dig two pits"));
    assert_eq!(seen.delete(&one).await.unwrap().status, 412);
    let first = all.text("/data/0/id").unwrap();
    let order = json!({"ids": [part, first]});
    let turned = writer
        .post(&format!("{list}/reorder"), &order)
        .await
        .unwrap();
    assert_eq!(turned.at("/data/0/id"), &order["ids"][0], "{}", turned.body);
    let left = writer.delete(&one).await.unwrap();
    assert_eq!(left.at("/data/0/id"), &json!(first));
    let broken = writer
        .post(&list, &json!({"outcomeText": " ", "extra": 1}))
        .await
        .unwrap();
    assert_eq!(broken.status, 422, "{}", broken.body);
    let odd = writer.delete(&format!("{list}/7")).await.unwrap();
    assert_eq!(
        (odd.status, odd.at("/error/details/0/field")),
        (400, &json!("outcomeId"))
    );
    let needs = format!("/credentials/{id}/prerequisites");
    let need = writer
        .post(&needs, &json!({"description": "A spade", "type": "OTHER"}))
        .await
        .unwrap();
    assert_eq!(need.status, 201, "{}", need.body);
    let shown = writer.get(&needs).await.unwrap();
    assert_eq!(shown.at("/data/0/description"), &json!("A spade"));
}

/// The first seeded pathway of a status, with both its ends.
async fn pathway(admin: &Actor, status: &str) -> Value {
    let found = admin
        .get(&format!("/pathways?status={status}&limit=1"))
        .await
        .unwrap();
    found.at("/data/0").clone()
}

#[tokio::test]
async fn pathways_go_their_way() {
    let stack = stack().await;
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let model = pathway(&admin, "ACTIVE").await;
    let body = json!({"name": "Onwards", "sourceInstitutionId": model["sourceInstitutionId"],
        "targetInstitutionId": model["targetInstitutionId"], "microCredentialId": model["microCredentialId"],
        "pathwayType": model["pathwayType"]});
    let made = admin.post("/pathways", &body).await.unwrap();
    let path = format!("/pathways/{}", made.text("/data/id").unwrap());
    let step = async |name: &str, body: Value| {
        let answer = admin.post(&format!("{path}/{name}"), &body).await.unwrap();
        (answer.status, answer.at("/data/status").clone())
    };

    let changed = admin.put(&path, &body).await.unwrap();
    assert_eq!(changed.at("/data/version"), &json!(2), "{}", changed.body);
    let early = step("approve", json!({})).await;
    assert_eq!(early.0, 409);
    assert_eq!(step("submit", json!({})).await.1, json!("UNDER_REVIEW"));
    assert_eq!(step("reject", json!({})).await.0, 422);
    let reason = json!({"reason": "Which program?"});
    assert_eq!(step("reject", reason).await.1, json!("DRAFT"));
    assert_eq!(step("submit", json!({})).await.1, json!("UNDER_REVIEW"));
    let notes = json!({"notes": "Senate 114"});
    assert_eq!(step("approve", notes).await.1, json!("APPROVED"));
    assert_eq!(step("activate", json!({})).await.1, json!("ACTIVE"));
    let shown = stack.visitor().unwrap().get(&path).await.unwrap();
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert_eq!(shown.at("/data/reviewNotes"), &Value::Null);
    let inside = admin.get(&path).await.unwrap();
    assert_eq!(inside.at("/data/reviewNotes"), &json!("Senate 114"));
    assert!(shown.at("/data/approvedBy").is_string());
    assert_eq!(step("suspend", json!({})).await.1, json!("SUSPENDED"));
    let hidden = stack.visitor().unwrap().get(&path).await.unwrap();
    assert_eq!(hidden.status, 404, "{}", hidden.body);
    assert_eq!(step("archive", json!({})).await.1, json!("ARCHIVED"));
    assert_eq!(admin.put(&path, &body).await.unwrap().status, 409);
    let gone = admin.delete(&path).await.unwrap();
    assert_eq!(gone.status, 200, "{}", gone.body);
}

#[tokio::test]
async fn pathways_and_offers_are_drawn() {
    let stack = stack().await;
    let visitor = stack.visitor().unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let model = pathway(&admin, "ACTIVE").await;
    let pathway = format!("/pathways/{}/diagram", model["id"].as_str().unwrap());
    let offer = model["microCredentialId"].as_str().unwrap();
    let offer = format!("/credentials/{offer}/diagram");

    for path in [&pathway, &offer] {
        let drawn = visitor.get(path).await.unwrap();
        assert_eq!(
            drawn.at("/data/format"),
            &json!("mermaid"),
            "{}",
            drawn.body
        );
        let source = drawn.text("/data/source").unwrap();
        assert!(source.starts_with("flowchart LR\n"), "{source}");
        let asking = visitor.clone().with_header("Accept", "text/plain");
        let text = asking.get(path).await.unwrap();
        assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
        let known = asking.with_header("If-None-Match", text.header("etag"));
        assert_eq!(known.get(path).await.unwrap().status, 304);
    }
    let hidden = pathway_of_status(&admin, "DRAFT").await;
    let refused = visitor.get(&hidden).await.unwrap();
    assert_eq!(refused.status, 404, "{}", refused.body);
}

async fn pathway_of_status(admin: &Actor, status: &str) -> String {
    let found = pathway(admin, status).await;
    format!("/pathways/{}/diagram", found["id"].as_str().unwrap())
}

#[tokio::test]
async fn dashboards_have_their_figures() {
    let stack = stack().await;
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let decider = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let writer = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();
    let own = institution_of(&decider).await;

    let all = admin.get("/stats/overview").await.unwrap();
    let mine = decider.get("/stats/overview").await.unwrap();
    let named = decider
        .get(&format!("/stats/institutions/{own}"))
        .await
        .unwrap();

    assert_eq!(all.status, 200, "{}", all.body);
    assert_eq!(mine.at("/data"), named.at("/data"));
    let total =
        |answer: &dev_stack::actor::Answer| answer.at("/data/credentials/total").as_u64().unwrap();
    assert!(
        total(&all) > total(&mine) && total(&mine) > 0,
        "{}",
        all.body
    );
    let by_status = all.at("/data/credentials/byStatus").as_object().unwrap();
    let sum: u64 = by_status.values().filter_map(Value::as_u64).sum();
    assert_eq!(sum, total(&all));
    assert_eq!(all.at("/data/months").as_array().unwrap().len(), 12);
    let other = all_but(&admin, &own).await;
    for (person, path, status) in [
        (&decider, format!("/stats/institutions/{other}"), 403),
        (&writer, "/stats/overview".to_owned(), 403),
        (&stack.visitor().unwrap(), "/stats/overview".to_owned(), 401),
        (&admin, "/stats/institutions/7".to_owned(), 400),
    ] {
        let refused = person.get(&path).await.unwrap();
        assert_eq!(refused.status, status, "{path}: {}", refused.body);
    }
}

/// Some institution that is not this one.
async fn all_but(person: &Actor, own: &str) -> String {
    let found = person.get("/institutions").await.unwrap();
    let list = found.at("/data").as_array().unwrap().clone();
    let other = list.iter().find(|it| it["id"] != json!(own)).unwrap();
    other["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn lists_are_walked_to_their_ends() {
    let stack = stack().await;
    let admin = stack.signed_in("ADMIN").await.unwrap();
    for list in [
        "/institutions?limit=4",
        "/credentials?limit=30&sort=-credits",
        "/recognitions?limit=20&sort=effectiveDate",
        "/pathways?limit=15&sort=transferCredits",
        "/audit?limit=100",
    ] {
        let (mut cursor, mut seen) = (String::new(), Vec::new());
        let total = loop {
            let path = format!("{list}&cursor={cursor}");
            let step = admin.get(&path).await.unwrap();
            assert_eq!(step.status, 200, "{path}: {}", step.body);
            let rows = step.at("/data").as_array().unwrap().clone();
            seen.extend(
                rows.iter()
                    .map(|row| row["id"].as_str().unwrap().to_owned()),
            );
            match step.at("/pagination/next_cursor").as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break step.at("/pagination/total").as_u64().unwrap(),
            }
        };
        let count = u64::try_from(seen.len()).unwrap();
        seen.sort();
        seen.dedup();
        assert_eq!(
            (count, u64::try_from(seen.len()).unwrap()),
            (total, total),
            "{list}"
        );
        let mixed = admin.get(&format!("{list}&cursor=&page=1")).await.unwrap();
        assert_eq!(
            (mixed.status, mixed.at("/error/details/0/field")),
            (400, &json!("cursor"))
        );
        let odd = admin.get(&format!("{list}&cursor=abc")).await.unwrap();
        assert_eq!(odd.status, 400, "{}", odd.body);
    }
}
