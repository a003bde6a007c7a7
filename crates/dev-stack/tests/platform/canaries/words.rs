//! What people write: notes of decisions, prose for the models, drafts, files, addresses of receivers.

use std::time::Duration;

use axum::http::StatusCode;
use dev_stack::receiver::Receiver;
use dev_stack::test_stack::eventually;
use dev_stack::{Actor, TestStack};
use serde_json::{Value, json};

use super::book::Book;
use super::{accepted, refused};

const PATIENCE: Duration = Duration::from_secs(60);

/// An offer that is published, its institution, and another one.
struct Place {
    offer: Value,
    home: Value,
    other: Value,
}

pub(super) async fn visit(stack: &TestStack, book: &mut Book) {
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let place = place(&admin).await;
    decide(&admin, &place, book).await;
    ask_models(&admin, book).await;
    write_drafts(&admin, &place, book).await;
}

async fn place(admin: &Actor) -> Place {
    let offers = admin.get("/credentials?status=PUBLISHED&limit=1");
    let offer = offers.await.unwrap().at("/data/0").clone();
    let home = offer["institutionId"].clone();
    let all = admin.get("/institutions?limit=100").await.unwrap();
    let mut rows = all.at("/data").as_array().unwrap().iter();
    let other = rows.find(|row| row["id"] != home && row["isActive"] != json!(false));
    Place {
        offer: offer["id"].clone(),
        other: other.unwrap()["id"].clone(),
        home,
    }
}

/// Decisions with their notes, good ones and refused ones.
async fn decide(admin: &Actor, place: &Place, book: &mut Book) {
    let mut pathway = json!({"name": "A way", "sourceInstitutionId": place.home,
        "targetInstitutionId": place.other, "microCredentialId": place.offer,
        "pathwayType": "EXTERNAL", "equivalencyNotes": book.coin("notes of an equivalence"),
        "additionalRequirements": book.coin("requirements of a pathway")});
    let made = admin.post("/pathways", &pathway).await.unwrap();
    accepted(&made);
    let id = made.text("/data/id").unwrap();
    let step = async |name: &str, body: Value| {
        let path = format!("/pathways/{id}/{name}");
        admin.post(&path, &body).await.unwrap()
    };
    accepted(&step("submit", json!({})).await);
    let notes = json!({"notes": book.coin("notes of an approval")});
    accepted(&step("approve", notes).await);
    let reason = json!({"reason": book.coin("reason of a rejection that comes too late")});
    refused(&step("reject", reason).await);
    pathway["pathwayType"] = json!(book.coin("word that is none of a list"));
    refused(&admin.post("/pathways", &pathway).await.unwrap());

    let mut recognition = json!({"microCredentialId": place.offer,
        "recognizingInstitutionId": place.other, "recognitionType": "ADVANCED_STANDING",
        "creditValue": 1, "creditType": "ELECTIVE", "transcriptMethod": "NOT_RECORDED",
        "effectiveDate": "2026-11-23", "expiryDate": "2026-11-22",
        "conditions": book.coin("conditions of a recognition"),
        "notes": book.coin("notes of a recognition")});
    let path = "/recognitions";
    refused(&admin.post(path, &recognition).await.unwrap());
    recognition["expiryDate"] = Value::Null;
    admin.post(path, &recognition).await.unwrap();
    // There is one already, this one or that of the demonstration.
    refused(&admin.post(path, &recognition).await.unwrap());
}

/// Prose for the models, and what people say about their answers.
async fn ask_models(admin: &Actor, book: &mut Book) {
    let sentence = |word: &str| format!("Learners will be able to describe {word} in detail.");
    let prose = json!({"text": sentence(&book.coin("pasted prose"))});
    accepted(&admin.post("/ai/outcomes/extract", &prose).await.unwrap());
    let texts = json!({"texts": [sentence(&book.coin("text to embed"))]});
    accepted(&admin.post("/ai/embeddings", &texts).await.unwrap());
    let query = json!({"query": sentence(&book.coin("question"))});
    accepted(&admin.post("/ai/search/semantic", &query).await.unwrap());
    for field in ["text", "texts", "query"] {
        let typed = json!({field: {"in": book.coin("text of a wrong type for the models")}});
        for path in ["outcomes/extract", "embeddings", "search/semantic"] {
            refused(&admin.post(&format!("/ai/{path}"), &typed).await.unwrap());
        }
    }
    let outcomes = json!({"outcomes": [sentence(&book.coin("outcome to classify"))]});
    let classified = admin.post("/ai/outcomes/classify", &outcomes);
    let classified = classified.await.unwrap();
    accepted(&classified);
    let comment = |prediction: &Value, comment: String| json!({"predictionId": prediction, "verdict": "REJECTED", "comment": comment});
    let given = comment(
        classified.at("/data/predictionId"),
        book.coin("comment on an answer"),
    );
    accepted(&admin.post("/ai/feedback", &given).await.unwrap());
    let nobody = json!("01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f");
    let astray = comment(&nobody, book.coin("comment on no answer"));
    refused(&admin.post("/ai/feedback", &astray).await.unwrap());
}

/// Drafts, one of them named by its request, and a file of them.
async fn write_drafts(admin: &Actor, place: &Place, book: &mut Book) {
    let mut draft = json!({"title": book.coin("title of a draft"), "programCode": "CANARY-1",
        "institutionId": place.home, "credentialType": "BADGE",
        "additionalInfo": book.coin("body of a named request")});
    let named = admin
        .clone()
        .with_header("Idempotency-Key", book.coin("name of a request"));
    for _time in 0..2 {
        accepted(&named.post("/credentials", &draft).await.unwrap());
    }
    draft["additionalInfo"] = json!(book.coin("body of another request by the same name"));
    refused(&named.post("/credentials", &draft).await.unwrap());
    // The code is taken.
    refused(&admin.post("/credentials", &draft).await.unwrap());

    let file = format!(
        "programCode,title,credentialType\nCANARY-2,{},BADGE\nCANARY-3,Three,{}\n",
        book.coin("cell of a file"),
        book.coin("broken cell of a file")
    );
    let home = place.home.as_str().unwrap();
    let path = format!("/credentials/import?institutionId={home}");
    let sent = admin.post_file(&path, "text/csv", file.into_bytes());
    refused(&sent.await.unwrap());
    let sought = format!(
        "/credentials?search={}",
        book.coin("question in an address")
    );
    accepted(&admin.get(&sought).await.unwrap());
    // Line breaks and commands of a terminal, for whoever reads the log.
    let forged = admin.get("/credentials?search=x%0d%0aforged%20line%1b%5b31m");
    forged.await.unwrap();
}

/// A receiver with a secret in its address, which fails; needs the worker.
pub(super) async fn deliver(stack: &TestStack, book: &mut Book) {
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let place = place(&admin).await;
    let receiver = Receiver::start().await.unwrap();
    receiver.answer(StatusCode::INTERNAL_SERVER_ERROR);
    let (path, key) = (
        book.coin("path of a receiver"),
        book.coin("key of a receiver"),
    );
    let hook = json!({"url": format!("{}/{path}?key={key}", receiver.url()),
        "eventTypes": ["credential.published"], "institutionId": place.home});
    let made = admin.post("/webhooks", &hook).await.unwrap();
    accepted(&made);
    let id = made.text("/data/id").unwrap();
    let path = format!("/webhooks/{id}/rotate-secret");
    let rotated = admin.post(&path, &json!({})).await.unwrap();
    accepted(&rotated);
    for answer in [&made, &rotated] {
        let secret = answer.text("/data/secret").unwrap();
        book.keep(
            "secret of a webhook",
            secret.strip_prefix("whsec_").unwrap_or(&secret),
        );
    }

    let draft = json!({"title": "Published", "programCode": "CANARY-4", "institutionId": place.home,
        "credentialType": "MICRO_CREDENTIAL",
        "outcomes": [{"outcomeText": "Describe a soil", "isCore": true}]});
    let made = admin.post("/credentials", &draft).await.unwrap();
    accepted(&made);
    let id = made.text("/data/id").unwrap();
    for step in ["submit", "publish"] {
        let path = format!("/credentials/{id}/{step}");
        accepted(&admin.post(&path, &Value::Null).await.unwrap());
    }
    let delivered = eventually("the receiver hearing of it", PATIENCE, async || {
        receiver.messages().into_iter().next()
    });
    let message = delivered.await.unwrap();
    let signature = message.header("webhook-signature");
    assert!(!signature.is_empty(), "{message:?}");
    for one in signature.split(' ') {
        book.keep("signature of a message", one.trim_start_matches("v1,"));
    }
}
