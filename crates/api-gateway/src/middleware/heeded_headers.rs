//! No condition is ever dropped in silence: one that the operation cannot heed is refused.
//!
//! A client that sends `If-Match` or `Idempotency-Key` trusts that nothing is lost or done twice, and must hear when it is not so.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use domain::Failure;

use crate::dto::page::bad_header;
use crate::error::refuse;
use crate::openapi::conditions;
use crate::routes::Found;

/// Refuses conditions that the route does not heed.
pub(crate) async fn heeded_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(failure) = unheeded(&request) {
        return Ok(refuse(request, failure.into()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn unheeded(request: &ServiceRequest) -> Option<Failure> {
    let route = Found::of(request).route?;
    let (method, path) = (route.method.as_str(), route.label);
    if conditions::is_repeatable(method, path) {
        return None;
    }
    let headers = request.headers();
    let names_one = headers
        .get_all(header::IF_MATCH)
        .any(|value| value.as_bytes().trim_ascii() != b"*");
    if names_one && !conditions::has_version(method, path) {
        let message = "cannot be heeded: there is no version to compare; leave it out, or send *";
        return Some(bad_header("If-Match", message.to_owned()));
    }
    let is_named = method == "POST" && headers.contains_key("idempotency-key");
    if is_named && !conditions::keeps_names(method, path) {
        let message = "cannot be heeded: no answer is kept here; leave it out";
        return Some(bad_header("Idempotency-Key", message.to_owned()));
    }
    None
}
