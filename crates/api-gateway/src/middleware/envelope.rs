//! Gives every error its envelope, whichever layer it comes from, and logs what the client must not see.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{ConnectionType, Uri};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use domain::ErrorKind;

use super::request_id::RequestId;
use super::sound::close;
use crate::error::{ApiError, Occasion, render};

const LONGEST_PATH: usize = 500;

/// Marks an error answer that has a body of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnBody;

/// Gives errors their envelope.
pub(crate) async fn envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let has_own = response.response().extensions().contains::<OwnBody>();
    if has_own || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    let occasion = Occasion {
        request_id: RequestId::of(&response.request().extensions()),
        path: shown_path(response.request().uri()),
        problem_json: asks_for_problem(response.request().headers()),
    };
    let ours = response
        .response()
        .error()
        .and_then(|error| error.as_error::<ApiError>());
    let mut answer = match ours {
        Some(error) => {
            report(error);
            render(error, &occasion)
        }
        None => {
            let error = ApiError::foreign(status);
            report(&error);
            render(&error, &occasion)
        }
    };
    if response.response().head().connection_type() == ConnectionType::Close {
        close(&mut answer);
    }
    // What inner layers have said about limits and origins stays true.
    for (name, value) in response.headers() {
        let describes_old_body = matches!(
            *name,
            header::CONTENT_TYPE | header::CONTENT_LENGTH | header::CONTENT_ENCODING
        );
        if !describes_old_body && !answer.headers().contains_key(name) {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    Ok(response.into_response(answer))
}

/// A path as the client wrote it, for the envelope of an error.
pub(crate) fn shown_path(uri: &Uri) -> String {
    uri.path().chars().take(LONGEST_PATH).collect()
}

/// Whether the client asks for errors as RFC 9457 has them.
pub(crate) fn asks_for_problem(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .any(|accepted| accepted.contains("application/problem+json"))
}

/// Logs a failure once, where it becomes an answer.
pub(crate) fn report(error: &ApiError) {
    let failure = &error.failure;
    let cause = failure.cause_chain();
    match failure.kind() {
        ErrorKind::Internal | ErrorKind::BadUpstream => {
            tracing::error!(code = %failure.code, cause, "request failed");
        }
        ErrorKind::Unavailable | ErrorKind::Overloaded | ErrorKind::Timeout => {
            tracing::warn!(code = %failure.code, cause, "request could not be served");
        }
        ErrorKind::Malformed
        | ErrorKind::Invalid
        | ErrorKind::Unauthenticated
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::Gone
        | ErrorKind::Conflict
        | ErrorKind::Precondition
        | ErrorKind::TooLarge
        | ErrorKind::UnsupportedMediaType
        | ErrorKind::RateLimited => {
            tracing::debug!(code = %failure.code, cause, "request refused");
        }
    }
}
