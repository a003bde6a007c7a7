//! [`Failure`] → HTTP: the only place that knows which status a kind has.

mod body;

use std::fmt;

pub(crate) use self::body::{ErrorEnvelope, Problem};
use self::body::{envelope, problem};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use domain::{ErrorCode, ErrorKind, Failure};

/// The status of a kind.
pub(crate) const fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Malformed => StatusCode::BAD_REQUEST,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Gone => StatusCode::GONE,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Precondition => StatusCode::PRECONDITION_FAILED,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Overloaded | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::BadUpstream => StatusCode::BAD_GATEWAY,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A failure on its way to becoming an answer. The envelope is written by [`crate::middleware::envelope`].
#[derive(Debug)]
pub(crate) struct ApiError {
    /// What went wrong.
    pub(crate) failure: Failure,
    /// Methods that the route has, when the method is what is wrong.
    pub(crate) allow: Option<String>,
}

impl ApiError {
    /// The route exists, with other methods.
    pub(crate) fn method_not_allowed(allow: String) -> Self {
        Self {
            failure: Failure::malformed(format!("this address answers {allow} only")),
            allow: Some(allow),
        }
    }

    /// The answer of a layer that is not ours, told as one of our failures.
    pub(crate) fn foreign(status: StatusCode) -> Self {
        let failure = match status {
            StatusCode::NOT_FOUND => Failure::not_found("address"),
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            StatusCode::METHOD_NOT_ALLOWED => return Self::method_not_allowed("GET, HEAD".into()),
            status if status.is_client_error() => {
                Failure::malformed("the request could not be read")
            }
            status => Failure::internal(format!("a layer answered {status}")),
        };
        failure.into()
    }
}

/// The body has more bytes than allowed.
pub(crate) fn too_large() -> Failure {
    Failure::new(ErrorCode::PayloadTooLarge, "the body is larger than 1 MiB")
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            allow: None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(formatter)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        if self.allow.is_some() {
            StatusCode::METHOD_NOT_ALLOWED
        } else {
            status_of(self.failure.kind())
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Answers a request before it reaches its handler; the error stays readable for the envelope.
pub(crate) fn refuse(request: ServiceRequest, error: ApiError) -> ServiceResponse {
    let (request, _payload) = request.into_parts();
    ServiceResponse::new(request, HttpResponse::from_error(error))
}

/// Where the failed request came in.
#[derive(Clone, Debug)]
pub(crate) struct Occasion {
    /// Name of the request.
    pub(crate) request_id: String,
    /// Path as the client wrote it, without the query.
    pub(crate) path: String,
    /// Whether the client asked for RFC 9457.
    pub(crate) problem_json: bool,
}

/// Writes the answer of a failure.
pub(crate) fn render(error: &ApiError, occasion: &Occasion) -> HttpResponse {
    let status = error.status_code();
    let mut response = HttpResponse::build(status);
    add_headers(&mut response, error);
    if occasion.problem_json {
        response
            .content_type("application/problem+json")
            .json(problem(&error.failure, status, occasion))
    } else {
        response.json(envelope(&error.failure, occasion))
    }
}

fn add_headers(response: &mut HttpResponseBuilder, error: &ApiError) {
    if let Some(allow) = &error.allow {
        response.insert_header((header::ALLOW, allow.as_str()));
    }
    if let Some(after) = error.failure.retry_after {
        // Whole seconds, rounded up: coming back too early would be refused again.
        let seconds = after.as_millis().div_ceil(1_000).max(1);
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if error.failure.kind() == ErrorKind::Unauthenticated {
        let bad_token = matches!(
            error.failure.code,
            ErrorCode::TokenInvalid | ErrorCode::TokenExpired
        );
        let challenge = if bad_token {
            r#"Bearer realm="bccb", error="invalid_token""#
        } else {
            r#"Bearer realm="bccb""#
        };
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn occasion(problem_json: bool) -> Occasion {
        Occasion {
            request_id: "r-1".into(),
            path: "/api/v1/x".into(),
            problem_json,
        }
    }

    #[test]
    fn every_code_has_the_status_of_the_contract() {
        let told: Vec<_> = ErrorCode::ALL
            .iter()
            .map(|code| (code.as_str(), status_of(code.kind()).as_u16()))
            .collect();

        assert_eq!(
            told,
            [
                ("INVALID_FORMAT", 400),
                ("VALIDATION_ERROR", 422),
                ("REQUIRED_FIELD_MISSING", 422),
                ("INVALID_ENUM_VALUE", 422),
                ("VALUE_OUT_OF_RANGE", 422),
                ("TOKEN_MISSING", 401),
                ("TOKEN_INVALID", 401),
                ("TOKEN_EXPIRED", 401),
                ("AUTHENTICATION_ERROR", 401),
                ("AUTHORIZATION_ERROR", 403),
                ("ACCOUNT_DISABLED", 403),
                ("NOT_FOUND", 404),
                ("RESOURCE_DELETED", 410),
                ("CONFLICT", 409),
                ("DUPLICATE_KEY", 409),
                ("CONSTRAINT_VIOLATION", 409),
                ("INVALID_TRANSITION", 409),
                ("PRECONDITION_FAILED", 412),
                ("PAYLOAD_TOO_LARGE", 413),
                ("UNSUPPORTED_MEDIA_TYPE", 415),
                ("RATE_LIMIT_EXCEEDED", 429),
                ("INTERNAL_ERROR", 500),
                ("AI_SERVICE_ERROR", 502),
                ("AI_SERVICE_TIMEOUT", 504),
                ("SERVICE_UNAVAILABLE", 503),
                ("DATABASE_ERROR", 503),
                ("REQUEST_TIMEOUT", 504),
            ]
        );
    }

    #[test]
    fn a_cause_is_never_part_of_an_answer() {
        let error = ApiError::from(Failure::internal("password=hunter2"));

        let envelope = serde_json::to_string(&envelope(&error.failure, &occasion(false))).unwrap();
        let problem = serde_json::to_string(&problem(
            &error.failure,
            error.status_code(),
            &occasion(true),
        ))
        .unwrap();

        assert!(!envelope.contains("hunter2") && !problem.contains("hunter2"));
    }

    #[test]
    fn waiting_times_are_rounded_up() {
        let error = ApiError::from(Failure::overloaded(Duration::from_millis(1_200)));

        let response = render(&error, &occasion(false));

        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers().get("retry-after").unwrap(), "2");
    }
}
