//! A panic in a handler of a gRPC server ends one call, not the connection with everyone on it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use domain::Failure;
use futures::FutureExt;
use http::{Request, Response};
use tower::{Layer, Service};

use crate::status::into_status;

/// Turns panics into INTERNAL.
#[derive(Clone, Copy, Debug)]
pub struct CatchPanics;

impl<S> Layer<S> for CatchPanics {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { inner }
    }
}

/// A service whose panics are caught.
#[derive(Clone, Debug)]
pub struct Guarded<S> {
    inner: S,
}

impl<S, Sent, Body> Service<Request<Sent>> for Guarded<S>
where
    S: Service<Request<Sent>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: 'static,
    Body: Default,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Sent>) -> Self::Future {
        let answer = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        Box::pin(async move {
            match answer.await {
                Ok(answer) => answer,
                // The hook of the runtime has logged where it happened.
                Err(_panic) => Ok(into_status(Failure::internal("a handler panicked")).into_http()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use tower::{ServiceExt, service_fn};

    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_internal() {
        let panicking = service_fn(
            async |_request: Request<()>| -> Result<Response<String>, Failure> {
                panic!("on purpose")
            },
        );

        let answer = CatchPanics
            .layer(panicking)
            .oneshot(Request::new(()))
            .await
            .unwrap();

        assert_eq!(answer.headers()["grpc-status"], "13");
    }
}
