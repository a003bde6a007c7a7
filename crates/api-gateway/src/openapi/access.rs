//! Who may call an operation, as the table of routes has it.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;

use crate::routes::{Access, ROUTES};

/// Says what an operation asks for: nothing, a token if there is one, or a token.
pub(super) fn add(method: &str, path: &str, operation: &mut Operation) {
    let access = ROUTES
        .iter()
        .find(|route| route.label == path && route.method.as_str().eq_ignore_ascii_case(method))
        .map(|route| route.access);
    let token = || SecurityRequirement::new("bearer", [""; 0]);
    let cookie = || SecurityRequirement::new("cookie", [""; 0]);
    operation.security = Some(match access {
        None | Some(Access::Open) => Vec::new(),
        Some(Access::Public) => vec![SecurityRequirement::default(), token(), cookie()],
        Some(Access::SignedIn | Access::Session) => vec![token(), cookie()],
    });
}
