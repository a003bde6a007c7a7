//! Refuses what two readers could understand differently, and methods that nothing here answers.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{ConnectionType, Method, Version, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use domain::Failure;

use crate::error::{ApiError, refuse};
use crate::routes::{self, Found};

/// Methods that some address answers.
const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::OPTIONS,
    Method::PATCH,
];

/// Lets sound requests through; the connection of others is closed, since nobody knows where the next request would begin.
pub(crate) async fn sound(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if is_ambiguous(&request) {
        let failure = Failure::malformed("the length of the body is stated in more than one way");
        return Ok(closing(refuse(request, failure.into())));
    }
    if !METHODS.contains(request.method()) {
        let label = Found::of(&request).label;
        let allow = routes::methods_of(Some(label)).unwrap_or_else(|| "GET, HEAD".to_owned());
        let error = ApiError::method_not_allowed(allow);
        return Ok(closing(refuse(request, error)));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// RFC 9112, section 6.1: such a request is an attempt to smuggle another one past a proxy, or made by something broken.
fn is_ambiguous(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    let is_old = request.version() < Version::HTTP_11;
    headers.contains_key(header::TRANSFER_ENCODING)
        && (headers.contains_key(header::CONTENT_LENGTH) || is_old)
}

fn closing(mut response: ServiceResponse) -> ServiceResponse {
    close(response.response_mut());
    response
}

/// Ends the connection after this answer.
pub(crate) fn close(response: &mut HttpResponse) {
    response
        .head_mut()
        .set_connection_type(ConnectionType::Close);
}
