//! The OpenAPI document, as a list of what can be asked.

use reqwest::Method;
use serde_json::Value;

/// An identifier of nothing in particular.
pub(crate) const ID: &str = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f";

/// The document.
pub(crate) fn document() -> Value {
    serde_json::to_value(api_gateway::openapi::document()).unwrap()
}

/// Method, path and description of every operation.
pub(crate) fn described() -> Vec<(Method, String, Value)> {
    let document = document();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if let Ok(method) = method.to_uppercase().parse() {
                operations.push((method, path.clone(), operation.clone()));
            }
        }
    }
    operations
}

/// A path with an identifier put in.
pub(crate) fn filled(path: &str) -> String {
    path.split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                ID
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// Method, path with an identifier put in, and whether the document says that it is closed.
pub(crate) fn operations() -> Vec<(Method, String, bool)> {
    let closed = |operation: &Value| {
        // An empty requirement among others means: with a token or without.
        let needs = operation["security"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let token = |need: &Value| need.as_object().is_some_and(|it| !it.is_empty());
        !needs.is_empty() && needs.iter().all(token)
    };
    described()
        .into_iter()
        .map(|(method, path, operation)| (method, filled(&path), closed(&operation)))
        .collect()
}
