//! A connection that asks again when a read got no answer because the connection broke.
//!
//! A read changes nothing, so asking twice does no harm; whatever changes something is sent once. A read is sent three times at most,
//! with a random pause in between, within the time of its caller, and only while the budget of the service allows it: one that is away
//! hears a handful of questions again and then none, until it answers. Refusals are answers; nothing is asked again because of one.

use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use domain::Failure;
use http_body_util::{BodyExt as _, Full};
use protocol::channel::Remote;
use service_runtime::RetryBudget;
use service_runtime::retry::random_backoff;
use tonic::TimeoutExpired;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::codegen::{Service, StdError};
use tonic::transport::Channel;

/// Times that a read is sent at most.
const ATTEMPTS: u32 = 3;
/// What the names of calls begin with that change nothing and have one answer.
const READS: [&str; 4] = ["Get", "List", "Search", "Find"];

/// A service of ours: where it is, and how often it may be asked again. Clones share the budget.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    remote: Remote,
    budget: RetryBudget,
}

impl Peer {
    /// The service at an address; nothing has to be there yet.
    ///
    /// # Errors
    /// `INVALID_FORMAT` when the address is not a URL such as `http://127.0.0.1:50051`.
    pub(crate) fn at(address: &str) -> Result<Self, Failure> {
        Ok(Self {
            remote: Remote::at(address)?,
            budget: RetryBudget::new(),
        })
    }

    /// A connection that sends everything once.
    pub(crate) fn channel(&self) -> Channel {
        self.remote.connect()
    }

    /// A connection that asks again. What drives it belongs to the runtime that this is called in.
    pub(crate) fn line(&self) -> Line {
        Line {
            channel: self.channel(),
            budget: self.budget.clone(),
        }
    }
}

/// A connection that asks again. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    channel: Channel,
    budget: RetryBudget,
}

type Answering = Pin<Box<dyn Future<Output = Result<Response<Body>, StdError>> + Send>>;

impl Service<Request<Body>> for Line {
    type Response = Response<Body>;
    type Error = StdError;
    type Future = Answering;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), StdError>> {
        ready(&mut self.channel, context)
    }

    fn call(&mut self, request: Request<Body>) -> Answering {
        // The connection that has said it is ready answers; a clone of it is not ready yet.
        let next = self.clone();
        let line = std::mem::replace(self, next);
        if is_read(request.uri().path()) {
            Box::pin(line.ask_read(request))
        } else {
            Box::pin(line.ask_once(request))
        }
    }
}

impl Line {
    async fn ask_once(mut self, request: Request<Body>) -> Result<Response<Body>, StdError> {
        let answer = self.channel.call(request).await?;
        self.budget.record_success();
        Ok(answer)
    }

    async fn ask_read(mut self, request: Request<Body>) -> Result<Response<Body>, StdError> {
        let (head, body) = request.into_parts();
        let question = body.collect().await?.to_bytes();
        let mut sent = 0_u32;
        loop {
            let body = Body::new(Full::new(question.clone()));
            let request = Request::from_parts(head.clone(), body);
            let error = match self.channel.call(request).await {
                Ok(answer) => {
                    self.budget.record_success();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let is_affordable = self.budget.record_failure();
            if !is_affordable || is_late(&error) || sent + 1 == ATTEMPTS {
                return Err(error.into());
            }
            metrics::counter!("upstream_retries_total").increment(1);
            tokio::time::sleep(random_backoff(sent)).await;
            sent += 1;
            poll_fn(|context| ready(&mut self.channel, context)).await?;
        }
    }
}

fn ready(channel: &mut Channel, context: &mut Context<'_>) -> Poll<Result<(), StdError>> {
    Service::<Request<Body>>::poll_ready(channel, context).map_err(Into::into)
}

/// Whether a call, named by the path of its request, changes nothing.
fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    READS.iter().any(|verb| name.starts_with(verb))
}

/// Whether the time of the caller is over.
fn is_late(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TimeoutExpired>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
