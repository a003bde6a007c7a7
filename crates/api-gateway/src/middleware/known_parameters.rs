//! No parameter is ever ignored: a query that names one which the route does not document is refused.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use domain::Failure;

use crate::dto::page::bad_parameter;
use crate::error::refuse;
use crate::extract::rejection::shortened;
use crate::openapi;
use crate::routes::Found;

/// Query parameters by method and label, as the document has them.
static KNOWN: LazyLock<HashMap<(String, String), Vec<String>>> =
    LazyLock::new(openapi::query_parameters);

/// Refuses parameters that the route does not know.
pub(crate) async fn known_parameters(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(failure) = unknown(&request) {
        return Ok(refuse(request, failure.into()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn unknown(request: &ServiceRequest) -> Option<Failure> {
    let query = request.query_string();
    if query.is_empty() {
        return None;
    }
    let route = Found::of(request).route?;
    let place = (route.method.as_str().to_owned(), route.label.to_owned());
    let known = KNOWN.get(&place).map(Vec::as_slice).unwrap_or_default();
    let (name, _) = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| !known.iter().any(|known| known == name))?;
    let message = if known.is_empty() {
        "is not known here; the route takes no parameters".to_owned()
    } else {
        format!("is not known here; known: {}", known.join(", "))
    };
    Some(bad_parameter(&shortened(name.into_owned()), message))
}
