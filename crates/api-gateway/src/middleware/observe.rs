//! The outermost layer: names the request, logs and measures its answer, and survives a panic below.

mod measure;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse};
use domain::Failure;
use domain::id::UserId;
use futures::FutureExt as _;
use service_runtime::Health;
use tracing::Instrument as _;

use self::measure::measure;
use super::envelope::{asks_for_problem, report, shown_path};
use super::request_id::{HEADER, RequestId};
use super::security_headers;
use crate::address::{ClientAddress, client_address};
use crate::error::{ApiError, Occasion, render};
use crate::extract::caller::Identity;
use crate::routes::Found;
use crate::state::AppState;
use crate::trace;

/// When a request came in; its deadlines count from here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival(pub(crate) Instant);

/// Names, logs, measures; turns a panic into an answer.
pub(crate) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Instant::now();
    let state = AppState::of(request.request()).map_err(ApiError::from)?;
    let settings = Arc::clone(&state.settings);
    let health = state.health.clone();
    let id = RequestId::choose(request.headers());
    let found = Found::by(&request);
    let method = known_method(request.method());
    let address = client_address(&request, &settings.trusted_proxies);
    {
        let mut extensions = request.extensions_mut();
        extensions.insert(Arrival(begun));
        extensions.insert(id.clone());
        extensions.insert(found);
        extensions.insert(ClientAddress(address));
    }
    // For an answer that comes without its request; a copy of the request itself would keep actix from routing it.
    let uri = request.uri().clone();
    let problem_json = asks_for_problem(request.headers());
    let origin = request.headers().get(header::ORIGIN).cloned();
    let span = tracing::info_span!(
        "request",
        requestId = id.0,
        otel.name = format_args!("{method} {}", found.label),
        otel.kind = "server"
    );
    trace::continue_from(&span, request.headers());

    let outcome = AssertUnwindSafe(next.call(request))
        .catch_unwind()
        .instrument(span.clone())
        .await;
    let outcome = match outcome {
        Ok(Ok(response)) => Ok(response.map_into_boxed_body()),
        Ok(Err(error)) => Err(refusal(&error)),
        Err(panic) => Err(Failure::internal(panic_text(panic.as_ref())).into()),
    };
    let (status, user, answer) = match outcome {
        Ok(mut response) => {
            name_answer(response.response_mut(), &id);
            let_go(response.response_mut(), &health);
            (
                response.status(),
                Identity::user_of(response.request()),
                Ok(response),
            )
        }
        // The layers between are gone, so their headers are added here.
        Err(error) => {
            span.in_scope(|| report(&error));
            let occasion = Occasion {
                request_id: id.0.clone(),
                path: shown_path(&uri),
                problem_json,
            };
            let mut response = render(&error, &occasion);
            security_headers::add(response.headers_mut(), found, settings.strict_transport);
            security_headers::let_read(response.headers_mut(), origin, &settings.allowed_origins);
            name_answer(&mut response, &id);
            let_go(&mut response, &health);
            let status = response.status();
            (
                status,
                None,
                Err(InternalError::from_response("refused", response).into()),
            )
        }
    };
    span.in_scope(|| log(found, method, status, user, begun));
    answer
}

fn refusal(error: &Error) -> ApiError {
    let status = error.as_response_error().status_code();
    let ours = error.as_error::<ApiError>().is_some();
    let mut refusal = ApiError::foreign(status);
    if !ours {
        refusal.failure = refusal.failure.caused_by(error.to_string());
    }
    refusal
}

fn name_answer(response: &mut HttpResponse, id: &RequestId) {
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
}

/// Whoever keeps a connection to a process that is about to stop hears of it with an answer: a request that it sent on a
/// connection which is just being closed would be lost, and a proxy may not send it twice.
fn let_go(response: &mut HttpResponse, health: &Health) {
    if health.is_draining() {
        response
            .head_mut()
            .set_connection_type(ConnectionType::Close);
    }
}

fn log(
    found: Found,
    method: &'static str,
    status: StatusCode,
    user: Option<UserId>,
    begun: Instant,
) {
    let seconds = begun.elapsed().as_secs_f64();
    measure(found.label, method, status, seconds);
    tracing::info!(
        userId = user.map(tracing::field::display),
        endpoint = found.label,
        method,
        statusCode = status.as_u16(),
        duration = (seconds * 1_000_000.0).round() / 1_000.0,
        "request answered"
    );
}

/// A closed list, fit for a label.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panic: {}", text.unwrap_or("without a message"))
}

/// Counts connections for as long as it lives.
#[derive(Debug)]
pub(crate) struct ConnectionGuard;

impl ConnectionGuard {
    /// One more.
    pub(crate) fn open() -> Self {
        metrics::gauge!("active_connections").increment(1.0);
        Self
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        metrics::gauge!("active_connections").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service};
    use actix_web::{App, HttpResponse, web};
    use service_runtime::settings::{COMMON, Reader, Source};

    use super::*;
    use crate::settings::{SETTINGS, Settings};

    fn state() -> web::Data<AppState> {
        let environment = [
            (
                "JWT_SECRET",
                "f0b3a1c29d8e47566a7b8c9d0e1f2a3b4c5d6e7f8091a2b3",
            ),
            ("ALLOWED_ORIGINS", "https://app.example.org"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let source = Source::load(&[COMMON, SETTINGS], None, &environment.into());
        let settings = Settings::read(&mut Reader::new(source)).unwrap();
        web::Data::new(AppState::new(settings, Health::new()).unwrap())
    }

    async fn panicking() -> HttpResponse {
        panic!("the cause with secret detail")
    }

    #[actix_web::test]
    async fn a_panic_is_an_answer_with_the_envelope_and_every_header() {
        let app = App::new()
            .app_data(state())
            .wrap(from_fn(observe))
            .route("/api/v1/panic", web::get().to(panicking));
        let app = init_service(app).await;
        let request = TestRequest::get()
            .uri("/api/v1/panic")
            .insert_header(("x-request-id", "r-1"))
            .insert_header(("origin", "https://app.example.org"))
            .to_request();

        let refused = actix_web::dev::Service::call(&app, request).await;

        let response = refused.err().unwrap().error_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers().get("x-request-id").unwrap(), "r-1");
        assert!(response.headers().contains_key("content-security-policy"));
        let readable = response.headers().get("access-control-allow-origin");
        assert_eq!(readable.unwrap(), "https://app.example.org");
        let bytes = actix_web::body::to_bytes(response.into_body()).await;
        let text = String::from_utf8(bytes.unwrap().to_vec()).unwrap();
        assert!(
            text.contains("INTERNAL_ERROR") && text.contains("r-1"),
            "{text}"
        );
        assert!(!text.contains("secret"), "{text}");
    }
}
