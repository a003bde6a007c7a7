//! Parts of the document that nothing refers to.

use utoipa::openapi::OpenApi;

/// Removes the schemas that no other part refers to: answers are described in place, inside their envelopes.
pub(super) fn prune(document: &mut OpenApi) {
    loop {
        let Ok(text) = serde_json::to_string(&document) else {
            return;
        };
        let Some(components) = &mut document.components else {
            return;
        };
        let before = components.schemas.len();
        components
            .schemas
            .retain(|name, _| text.contains(&format!("\"#/components/schemas/{name}\"")));
        if components.schemas.len() == before {
            return;
        }
    }
}
