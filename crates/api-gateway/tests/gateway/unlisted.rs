//! Fields that a caller must not choose: no body lets one in that its schema does not list.

use domain::vocabulary::UserRole;
use reqwest::StatusCode;
use serde_json::{Map, Value, json};

use crate::support::document::{ID, described, document, filled};
use crate::support::{Gateway, settings, token, with_json};

/// What belongs to the record and not to its writer.
const COVETED: [&str; 20] = [
    "id",
    "role",
    "status",
    "institutionId",
    "isActive",
    "isAdmin",
    "createdAt",
    "updatedAt",
    "publishedAt",
    "approvedBy",
    "approvedAt",
    "lastLoginAt",
    "version",
    "userId",
    "passwordHash",
    "emailConfirmed",
    "isAiSuggested",
    "confidenceScore",
    "microCredentialsCount",
    "__proto__",
];

/// The document's schemas, to make bodies by.
struct Schemas(Value);

impl Schemas {
    /// The schema itself, where one refers to it or allows null beside it.
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            return self.resolve(self.0.pointer(pointer).unwrap());
        }
        let choices = schema["oneOf"].as_array();
        let choice = choices.and_then(|all| all.iter().find(|one| one["type"] != "null"));
        choice.map_or(schema, |choice| self.resolve(choice))
    }

    /// A value of the right shape, with every field that there is.
    fn shaped(&self, schema: &Value) -> Value {
        let schema = self.resolve(schema);
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        let kind = schema["type"].get(0).unwrap_or(&schema["type"]);
        match (kind.as_str(), schema["format"].as_str()) {
            (Some("object"), _) => {
                let fields = schema["properties"].as_object().unwrap();
                let shaped = |(name, field): (&String, &Value)| (name.clone(), self.shaped(field));
                Value::Object(fields.iter().map(shaped).collect())
            }
            (Some("array"), _) => json!([self.shaped(&schema["items"])]),
            (Some("string"), Some("uuid")) => json!(ID),
            (Some("string"), Some("date")) => json!("2026-11-23"),
            (Some("string"), Some("date-time")) => json!("2026-11-23T18:40:00Z"),
            (Some("string"), _) => {
                let least = schema["minLength"].as_u64().unwrap_or(1);
                json!("word".repeat(usize::try_from(least.div_ceil(4)).unwrap()))
            }
            (Some("boolean"), _) => json!(true),
            (Some("integer" | "number"), _) => json!(1),
            // What is not known yet makes no good body, and the test says so.
            _other => Value::Null,
        }
    }

    /// Every object of a body: where it is, and how refusals call a field of it.
    fn objects(&self, schema: &Value, at: &str, path: &str, found: &mut Vec<(String, String)>) {
        let schema = self.resolve(schema);
        if let Some(fields) = schema["properties"].as_object() {
            found.push((at.to_owned(), path.to_owned()));
            for (name, field) in fields {
                let items = &self.resolve(field)["items"];
                if items.is_null() {
                    let (at, path) = (format!("{at}/{name}"), format!("{path}{name}."));
                    self.objects(field, &at, &path, found);
                } else {
                    let (at, path) = (format!("{at}/{name}/0"), format!("{path}{name}[0]."));
                    self.objects(items, &at, &path, found);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_body_lets_in_what_its_schema_does_not_list() {
    let gateway = Gateway::start(settings());
    let admin = token(UserRole::Admin);
    let schemas = Schemas(document());
    let (mut bodies, mut asked) = (0, 0);

    for (method, path, operation) in described() {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            continue;
        }
        bodies += 1;
        let good = schemas.shaped(schema);
        let mut objects = Vec::new();
        schemas.objects(schema, "", "", &mut objects);
        for (at, prefix) in objects {
            for name in COVETED {
                let mut body = good.clone();
                let object: &mut Map<_, _> =
                    body.pointer_mut(&at).unwrap().as_object_mut().unwrap();
                if object.insert(name.to_owned(), json!(ID)).is_some() {
                    // The schema lists it here.
                    continue;
                }
                let ask = with_json(body.to_string()).signed(&admin);
                let reply = gateway.ask(method.clone(), &filled(&path), ask).await;
                asked += 1;
                assert_eq!(
                    (reply.status, reply.fields()),
                    (
                        StatusCode::UNPROCESSABLE_ENTITY,
                        vec![format!("{prefix}{name}")]
                    ),
                    "{method} {path}: {}",
                    reply.text
                );
                assert!(reply.text.contains("is not known here"), "{}", reply.text);
            }
        }
    }
    assert!(
        bodies >= 35 && asked >= 700,
        "{bodies} bodies, {asked} asked"
    );
}
