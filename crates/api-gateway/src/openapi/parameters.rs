//! What the document says of query parameters, for whoever holds requests to it.

use std::collections::HashMap;

use utoipa::openapi::RefOr;
use utoipa::openapi::path::ParameterIn;

/// The names of the query parameters of every operation, by method and path.
pub(crate) fn query_parameters() -> HashMap<(String, String), Vec<String>> {
    let mut document = super::document();
    let mut known = HashMap::new();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in super::operations(item) {
            let names = operation
                .parameters
                .iter()
                .flatten()
                .filter_map(|parameter| match parameter {
                    RefOr::T(it) if it.parameter_in == ParameterIn::Query => Some(it.name.clone()),
                    RefOr::T(_) | RefOr::Ref(_) => None,
                })
                .collect();
            known.insert((method.to_uppercase(), path.clone()), names);
        }
    }
    known
}
