//! Requests that are sent again, and changes meant for a version that is no longer there.

use std::time::Duration;

use dev_stack::test_database::Template;
use dev_stack::test_stack::{Parts, eventually};
use dev_stack::{Actor, TestStack};
use futures::future::join_all;
use serde_json::{Value, json};

async fn coordinator(stack: &TestStack) -> (Actor, Value) {
    let person = stack.signed_in("PROGRAM_COORDINATOR").await.unwrap();
    let me = person.get("/users/me").await.unwrap();
    let institution = me.at("/data/institutionId").clone();
    (person, institution)
}

fn draft(institution: &Value, code: &str) -> Value {
    json!({"title": "Soil surveys", "programCode": code, "institutionId": institution, "credentialType": "MICRO_CREDENTIAL",
        "outcomes": [{"outcomeText": "Describe a soil profile", "isCore": true}]})
}

#[tokio::test]
async fn a_hundred_requests_with_one_name_make_one_row() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let (person, institution) = coordinator(&stack).await;
    let named = person.clone().with_header("Idempotency-Key", "\"soil-1\"");
    let body = draft(&institution, "SOIL-1");

    // A full pool may turn some away for a moment; each comes again under the same name.
    let insist = async || {
        eventually("an answer", Duration::from_secs(60), async || {
            let answer = named.post("/credentials", &body).await.unwrap();
            (answer.status != 503).then_some(answer)
        })
        .await
        .unwrap()
    };
    let answers = join_all((0..100).map(|_| insist())).await;

    let first = &answers[0];
    for answer in &answers {
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.at("/data"), first.at("/data"));
        for header in ["etag", "location"] {
            assert_eq!(answer.header(header), first.header(header));
        }
    }
    let found = person.get("/credentials?search=SOIL-1").await.unwrap();
    assert_eq!(found.at("/pagination/total"), &json!(1), "{}", found.body);
    let id = first.text("/data/id").unwrap();
    let admin = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let record = admin
        .get(&format!("/audit?entityType=MICRO_CREDENTIAL&entityId={id}"))
        .await
        .unwrap();
    assert_eq!(record.at("/pagination/total"), &json!(1), "{}", record.body);

    let other = named
        .post("/credentials", &draft(&institution, "SOIL-2"))
        .await
        .unwrap();
    assert_eq!(
        (other.status, other.at("/error/details/0/field")),
        (422, &json!("Idempotency-Key")),
        "{}",
        other.body
    );
}

#[tokio::test]
async fn a_request_that_failed_is_not_remembered() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let (person, institution) = coordinator(&stack).await;
    let named = person.with_header("Idempotency-Key", "soil-3");
    let mut broken = draft(&institution, "SOIL-3");
    broken["credits"] = json!(61);

    let refused = named.post("/credentials", &broken).await.unwrap();
    let mended = named
        .post("/credentials", &draft(&institution, "SOIL-3"))
        .await
        .unwrap();

    assert_eq!((refused.status, mended.status), (422, 201));
}

#[tokio::test]
async fn names_belong_to_people() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let (one, institution) = coordinator(&stack).await;
    let two = stack.signed_in("INSTITUTION_ADMIN").await.unwrap();
    let key = ("Idempotency-Key", "the-same");

    let first = one
        .with_header(key.0, key.1)
        .post("/credentials", &draft(&institution, "SOIL-4"))
        .await
        .unwrap();
    let second = two
        .with_header(key.0, key.1)
        .post("/credentials", &draft(&institution, "SOIL-5"))
        .await
        .unwrap();

    assert_eq!((first.status, second.status), (201, 201), "{}", second.body);
}

#[tokio::test]
async fn a_name_that_is_none_is_refused() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let (person, institution) = coordinator(&stack).await;

    for key in ["", "\"\"", "two words", &"x".repeat(256)] {
        let answer = person
            .clone()
            .with_header("Idempotency-Key", key)
            .post("/credentials", &draft(&institution, "SOIL-6"))
            .await
            .unwrap();
        assert_eq!(answer.status, 400, "{key:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_change_for_an_old_version_is_refused() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let (person, institution) = coordinator(&stack).await;
    let made = person
        .post("/credentials", &draft(&institution, "SOIL-7"))
        .await
        .unwrap();
    let path = format!("/credentials/{}", made.text("/data/id").unwrap());
    let mut fields = draft(&institution, "SOIL-7");
    fields.as_object_mut().unwrap().remove("institutionId");
    let tag = person.get(&path).await.unwrap().header("etag").to_owned();
    let seen = person.clone().with_header("If-Match", &tag);

    let first = seen.put(&path, &fields).await.unwrap();
    let second = seen.put(&path, &fields).await.unwrap();
    let step = seen
        .post(&format!("{path}/submit"), &json!({}))
        .await
        .unwrap();
    let weak = person.clone().with_header("If-Match", format!("W/{tag}"));
    let bare = person.clone().with_header("If-Match", "7");
    let any = person.clone().with_header("If-Match", "*");

    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(first.at("/data/version"), &json!(2));
    assert_eq!(
        (second.status, second.at("/error/code")),
        (412, &json!("PRECONDITION_FAILED"))
    );
    assert_eq!(step.status, 412, "{}", step.body);
    assert_eq!(weak.put(&path, &fields).await.unwrap().status, 412);
    assert_eq!(bare.put(&path, &fields).await.unwrap().status, 400);
    assert_eq!(any.put(&path, &fields).await.unwrap().status, 200);
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let visitor = stack.visitor().unwrap();

    for path in ["/credentials?limit=3", "/institutions"] {
        let tag = visitor.get(path).await.unwrap().header("etag").to_owned();
        let known = visitor.clone().with_header("If-None-Match", &tag);
        let again = known.get(path).await.unwrap();

        assert!(tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag}");
        assert_eq!((again.status, again.header("etag")), (304, tag.as_str()));
        assert_eq!(again.body, Value::Null);
    }
}
