//! Authentication and metrics of our gRPC servers.

mod method;

use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use domain::{ErrorCode, Failure};
use http::{HeaderMap, Request as HttpRequest, Response as HttpResponse};
use tonic::service::Interceptor;
use tonic::{Request, Status};
use tower::{Layer, Service};
use tracing::Instrument;

use crate::caller::{Caller, bearer};
use crate::deadline::{self, Deadline};
use crate::status::into_status;
use crate::token::TokenVerifier;

/// Lets in only calls with a valid token and enough time, and leaves the [`Caller`] in the request.
#[derive(Clone, Debug)]
pub struct Authenticator {
    verifier: TokenVerifier,
    longest: Duration,
}

impl Authenticator {
    /// An authenticator with these keys.
    #[must_use]
    pub const fn new(verifier: TokenVerifier) -> Self {
        Self {
            verifier,
            longest: deadline::DEFAULT,
        }
    }

    /// The same for calls that may take so long, if their callers wait so long.
    #[must_use]
    pub fn lasting(&self, longest: Duration) -> Self {
        Self {
            longest,
            ..self.clone()
        }
    }

    fn caller(&self, request: &Request<()>) -> Result<Caller, Failure> {
        let token = bearer(request.metadata()).ok_or_else(|| {
            Failure::new(ErrorCode::TokenMissing, "the call needs a bearer token")
        })?;
        let principal = self.verifier.verify(token)?;
        let deadline = Deadline::of_call(request.metadata(), self.longest)?;
        Ok(Caller::read(principal, deadline, request.metadata()))
    }
}

impl Interceptor for Authenticator {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let caller = self.caller(&request).map_err(into_status)?;
        request.extensions_mut().insert(caller);
        Ok(request)
    }
}

/// Counts and times every call, and gives it a span.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerTelemetry;

impl<S> Layer<S> for ServerTelemetry {
    type Service = MeasuredServer<S>;

    fn layer(&self, inner: S) -> Self::Service {
        MeasuredServer { inner }
    }
}

/// A server under measurement.
#[derive(Clone, Debug)]
pub struct MeasuredServer<S> {
    inner: S,
}

impl<S, Body, Answer> Service<HttpRequest<Body>> for MeasuredServer<S>
where
    S: Service<HttpRequest<Body>, Response = HttpResponse<Answer>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send,
    Body: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Self::Future {
        let method = method::of_path(request.uri().path());
        let request_id = request
            .headers()
            .get("x-request-id")
            .and_then(|value| value.to_str().ok())
            .map(ToOwned::to_owned);
        let span = tracing::info_span!("grpc", rpc.method = method, requestId = request_id);
        crate::trace::continue_from(&span, request.headers());
        let begun = Instant::now();
        let answer = self.inner.call(request);
        Box::pin(
            async move {
                let answer = answer.await;
                let code = answer.as_ref().map_or(2, |response| grpc_code(response.headers()));
                let seconds = begun.elapsed().as_secs_f64();
                metrics::counter!("grpc_server_handled_total", "method" => method, "code" => code.to_string()).increment(1);
                metrics::histogram!("grpc_server_handling_seconds", "method" => method).record(seconds);
                tracing::debug!(code, duration = seconds * 1_000.0, "call answered");
                answer
            }
            .instrument(span),
        )
    }
}

/// Errors are answered with headers alone, so the code stands there; a stream that begins well counts as OK.
fn grpc_code(headers: &HeaderMap) -> u16 {
    headers
        .get("grpc-status")
        .and_then(|value| value.to_str().ok())
        .and_then(|code| code.parse().ok())
        .unwrap_or(0)
}
