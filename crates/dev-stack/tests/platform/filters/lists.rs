//! The lists of the document, and rows for each of them that the demonstration lacks.

use std::collections::BTreeMap;

use dev_stack::{Actor, TestStack};
use diesel_async::SimpleAsyncConnection as _;
use serde_json::{Value, json};

/// A `GET` of the document whose answer is many rows.
pub(super) struct List {
    pub(super) path: String,
    /// Schemas of the parameters by name.
    pub(super) parameters: BTreeMap<String, Value>,
}

impl List {
    /// Whether the answer is a file, not a page.
    pub(super) fn is_file(&self) -> bool {
        !self.parameters.contains_key("limit")
    }

    /// What the document says that it can be ordered by.
    pub(super) fn sort_keys(&self) -> Vec<String> {
        let Some(schema) = self.parameters.get("sort") else {
            return Vec::new();
        };
        let pattern = schema["pattern"].as_str().unwrap();
        let keys = pattern.strip_prefix("^-?(").unwrap();
        let keys = keys.strip_suffix(")$").unwrap();
        keys.split('|').map(str::to_owned).collect()
    }
}

/// Every list of the document.
pub(super) fn lists() -> Vec<List> {
    let document: Value = serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../api-gateway/openapi.json"
    )))
    .unwrap();
    let mut lists = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array();
        let parameters: BTreeMap<String, Value> = parameters
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "query")
            .map(|it| {
                (
                    it["name"].as_str().unwrap().to_owned(),
                    it["schema"].clone(),
                )
            })
            .collect();
        if parameters.contains_key("limit") || path.ends_with("/export") {
            let path = path.strip_prefix("/api/v1").unwrap().to_owned();
            lists.push(List { path, parameters });
        }
    }
    assert!(lists.len() > 9, "{} lists", lists.len());
    lists
}

/// All rows of a list, page by page.
pub(super) async fn walk(actor: &Actor, path: &str, query: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    for page in 1.. {
        let path = format!("{path}?limit=100&page={page}&{query}");
        let path = path.trim_end_matches('&');
        let answer = actor.get(path).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        rows.extend(answer.at("/data").as_array().unwrap().iter().cloned());
        if answer.at("/pagination/has_next") == &json!(false) {
            let total = answer.at("/pagination/total");
            assert_eq!(total, &json!(rows.len()), "{path}");
            break;
        }
    }
    rows
}

/// A moment in a form in which later ones are greater.
pub(super) fn instant(text: &str) -> String {
    let text = text.trim_end_matches('Z');
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{seconds}.{fraction:0<9}")
}

/// What a list within another object belongs to.
pub(super) struct Place {
    webhook: String,
}

impl Place {
    pub(super) fn fill(&self, path: &str) -> String {
        path.replace("{id}", &self.webhook)
    }
}

async fn made(admin: &Actor, path: &str, body: &Value) -> String {
    let answer = admin.post(path, body).await.unwrap();
    assert!(
        [201, 202].contains(&answer.status),
        "{path}: {}",
        answer.body
    );
    answer.text("/data/id").unwrap()
}

/// Makes rows of every kind that a list can be parted by.
pub(super) async fn furnish(stack: &TestStack, admin: &Actor) -> Place {
    let page = admin.get("/institutions?limit=2").await.unwrap();
    let institutions = ["/data/0/id", "/data/1/id"].map(|at| page.text(at).unwrap());
    let place = of_work(stack, admin, &institutions).await;

    let closed = json!({"name": "Closed College", "type": "COLLEGE", "code": "CLOSED"});
    let closed = made(admin, "/institutions", &closed).await;
    let recognitions = admin.get("/recognitions?limit=1").await.unwrap();
    let withdrawn = recognitions.text("/data/0/id").unwrap();
    for path in [
        format!("/institutions/{closed}"),
        format!("/recognitions/{withdrawn}"),
    ] {
        let gone = admin.delete(&path).await.unwrap();
        assert_eq!(gone.status, 200, "{path}: {}", gone.body);
    }
    let person = json!({"email": "away@people.example", "firstName": "Ada", "lastName": "Away",
        "role": "USER", "institutionId": institutions[0]});
    let person = made(admin, "/users/invite", &person).await;
    let status = format!("/users/{person}/status");
    let away = admin
        .put(&status, &json!({"isActive": false}))
        .await
        .unwrap();
    assert_eq!(away.status, 200, "{}", away.body);
    place
}

/// Webhooks with deliveries, reports, a suggestion: what others do in their own time is written down as done.
async fn of_work(stack: &TestStack, admin: &Actor, institutions: &[String; 2]) -> Place {
    let mut webhook = String::new();
    for _ in 0..3 {
        let body =
            json!({"url": "https://hooks.example.org/bccb", "institutionId": institutions[0]});
        webhook = made(admin, "/webhooks", &body).await;
    }
    let month = json!({"periodStart": "2026-10-01", "periodEnd": "2026-10-31"});
    let mut reports = Vec::new();
    for (kind, institution, mut body) in [
        ("CATALOGUE", 0, json!({})),
        ("DECISIONS", 0, month),
        ("CATALOGUE", 1, json!({})),
    ] {
        body["kind"] = json!(kind);
        body["institutionId"] = json!(institutions[institution]);
        reports.push(made(admin, "/reports", &body).await);
    }
    let mut work = format!(
        "INSERT INTO webhook_deliveries (id, webhook_id, event_sequence, event_type, body, status, created_at)
             SELECT gen_random_uuid(), '{webhook}', number, 'credential.published', '{{}}',
                 (ARRAY['PENDING', 'SUCCEEDED', 'FAILED'])[number], now() - number * interval '1 minute'
             FROM generate_series(1, 3) AS number;
         UPDATE reports SET status = 'FAILED', error = 'no room', finished_at = now() WHERE id = '{}';
         UPDATE reports SET status = 'READY', row_count = 1, byte_count = 1, sha256 = sha256('x'), finished_at = now()
             WHERE id = '{}';
         UPDATE pathways SET is_ai_suggested = true, confidence_score = 0.5, ai_reasoning = 'alike'
             WHERE id = (SELECT id FROM pathways ORDER BY id LIMIT 1);",
        reports[0], reports[1],
    );
    // The demonstration was recorded at one moment.
    for (table, moment) in [
        ("institutions", "created_at"),
        ("institutions", "updated_at"),
        ("micro_credentials", "created_at"),
        ("micro_credentials", "updated_at"),
        ("micro_credentials", "published_at"),
        ("recognitions", "created_at"),
        ("recognitions", "updated_at"),
        ("pathways", "created_at"),
        ("pathways", "updated_at"),
        ("users", "created_at"),
        ("users", "updated_at"),
    ] {
        work.push_str(&format!(
            "UPDATE {table} SET {moment} = {moment} - hashtext('{moment}' || id) / 1e9 * interval '1 day';"
        ));
    }
    let mut connection = stack.database.connect().await.unwrap();
    connection.batch_execute(&work).await.unwrap();
    Place { webhook }
}
