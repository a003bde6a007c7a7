//! Headers that make browsers careful with every answer.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

use crate::error::ApiError;
use crate::routes::{Found, Place};
use crate::state::AppState;

/// Data is never a page.
const API_POLICY: &str = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The web app loads what lies beside it, and nothing else.
const APP_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Swagger UI writes style attributes and shows images from data URLs.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Adds the headers.
pub(crate) async fn security_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let found = Found::of(&request);
    let mut response = next.call(request).await?.map_into_boxed_body();
    let state = AppState::of(response.request()).map_err(ApiError::from)?;
    let is_strict = state.settings.strict_transport;
    add(response.headers_mut(), found, is_strict);
    Ok(response)
}

/// Adds them to one answer; what a handler has said of itself stays.
pub(crate) fn add(headers: &mut HeaderMap, found: Found, strict_transport: bool) {
    let policy = match found.place {
        Place::Api | Place::Probe => API_POLICY,
        Place::Docs => DOCS_POLICY,
        Place::App => APP_POLICY,
    };
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (OPENER_POLICY, "same-origin"),
        (
            PERMISSIONS_POLICY,
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if matches!(found.place, Place::Api | Place::Probe)
        && !headers.contains_key(header::CACHE_CONTROL)
    {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if strict_transport {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
}

/// Lets a listed origin read an answer that has not passed the layer which says so.
pub(crate) fn let_read(headers: &mut HeaderMap, origin: Option<HeaderValue>, listed: &[String]) {
    if let Some(origin) = origin
        && listed.iter().any(|allowed| origin == allowed.as_str())
    {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
}
