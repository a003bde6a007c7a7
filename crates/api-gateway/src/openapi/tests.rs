use std::collections::BTreeSet;
use std::path::Path;

use utoipa::openapi::security::SecurityRequirement;

use super::*;
use crate::routes::{Access, ROUTES};

const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

#[test]
fn the_checked_in_document_is_the_one_of_the_code() {
    let made = document().to_pretty_json().unwrap() + "\n";
    if option_env_set("BCCB_UPDATE_OPENAPI") {
        std::fs::write(CHECKED_IN, &made).unwrap();
    }
    let checked_in = std::fs::read_to_string(Path::new(CHECKED_IN)).unwrap_or_default();

    assert!(
        made == checked_in,
        "openapi.json is not what the code says; update it with `BCCB_UPDATE_OPENAPI=1 cargo test -p api-gateway openapi` and look at the difference"
    );
}

fn option_env_set(name: &str) -> bool {
    service_runtime::settings::process_environment().contains_key(name)
}

#[test]
fn every_route_is_described_and_every_description_is_a_route() {
    let mut document = document();
    let mut described = BTreeSet::new();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in [
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("DELETE", &item.delete),
        ] {
            let Some(operation) = operation else { continue };
            assert!(operation.operation_id.is_some(), "{method} {path}");
            assert!(operation.tags.is_some(), "{method} {path}");
            let ways = operation.security.as_deref().unwrap_or_default();
            let closed = !ways.is_empty() && !ways.contains(&SecurityRequirement::default());
            described.insert((format!("{method} {path}"), closed));
        }
    }

    let registered: BTreeSet<_> = ROUTES
        .iter()
        .map(|route| {
            let closed = matches!(route.access, Access::SignedIn | Access::Session);
            (format!("{} {}", route.method, route.label), closed)
        })
        .collect();
    assert_eq!(described, registered);
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(document()).unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);

    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &serde_json::Value, references: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(text) if name == "$ref" => references.push(text.to_owned()),
                    _ => collect(value, references),
                }
            }
        }
        serde_json::Value::Array(items) => {
            items.iter().for_each(|item| collect(item, references));
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}
