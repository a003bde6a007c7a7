//! Typed clients of our services: domain in, domain out.

pub(crate) mod ai;
pub(crate) mod credential;
pub(crate) mod line;
pub(crate) mod presence;

use std::time::Duration;

use domain::Failure;
use protocol::from_status;
use tonic::{Response, Status};

/// Waits for an answer, no longer than the caller does.
async fn answer<T>(
    left: Duration,
    call: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, Failure> {
    // tonic keeps the limit itself once a call is under way; this one also holds while it connects.
    match tokio::time::timeout(left, call).await {
        Ok(answered) => answered.map(Response::into_inner).map_err(from_status),
        Err(_elapsed) => Err(Failure::timeout()),
    }
}

/// An answer of a service that cannot be read is never the client's fault.
fn understood<T>(read: Result<T, Failure>) -> Result<T, Failure> {
    read.map_err(Failure::internal)
}
