//! A connection that asks again when a read got no answer because the connection broke.
//!
//! A read changes nothing, so asking twice does no harm; whatever changes something is sent once. A read is sent three times at most,
//! with a random pause in between, within the time of its caller, and only while the budget of the service allows it: one that is away
//! hears a handful of questions again and then none, until it answers. Refusals are answers; nothing is asked again because of one.
//! To a service that hangs nothing is sent, see [`super::presence`]; a change that is under way waits for its answer all the same.
//!
//! Calls go over another connection every minute or two: one address stands for many instances of a service, and only those who
//! connect anew reach the ones that have been added. What is under way on the old connection ends there.

use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use domain::Failure;
use http_body_util::{BodyExt as _, Full};
use protocol::channel::Remote;
use service_runtime::RetryBudget;
use service_runtime::retry::random_backoff;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::codegen::{Service, StdError};
use tonic::transport::Channel;
use tonic::{Status, TimeoutExpired};

use super::presence::Presence;

/// Times that a read is sent at most.
const ATTEMPTS: u32 = 3;
/// How long calls go over one connection at least; up to once more is added at random, so that not all leave at once.
const LIFE: Duration = Duration::from_mins(1);
/// What the names of calls begin with that change nothing and have one answer.
const READS: [&str; 4] = ["Get", "List", "Search", "Find"];

/// A service of ours: where it is, and how often it may be asked again. Clones share the budget.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    remote: Remote,
    budget: RetryBudget,
    presence: Presence,
    life: Duration,
}

impl Peer {
    /// The service of this name at an address; nothing has to be there yet.
    ///
    /// # Errors
    /// `INVALID_FORMAT` when the address is not a URL such as `http://127.0.0.1:50051`.
    pub(crate) fn at(service: &'static str, address: &str) -> Result<Self, Failure> {
        Ok(Self {
            remote: Remote::at(address)?,
            budget: RetryBudget::new(),
            presence: Presence::of(service),
            life: LIFE,
        })
    }

    /// Whether it answers at all.
    pub(crate) const fn presence(&self) -> &Presence {
        &self.presence
    }

    /// A connection that sends everything once.
    pub(crate) fn channel(&self) -> Channel {
        self.remote.connect()
    }

    /// A connection that asks again. What drives it belongs to the runtime that this is called in.
    pub(crate) fn line(&self) -> Line {
        Line {
            connection: Arc::new(Mutex::new(Connection::of(self))),
            peer: self.clone(),
        }
    }
}

/// What calls go over now, and until when.
#[derive(Debug)]
struct Connection {
    channel: Channel,
    until: Instant,
}

impl Connection {
    fn of(peer: &Peer) -> Self {
        let life = peer.life.mul_f64(rand::random_range(1.0..=2.0));
        Self {
            channel: peer.channel(),
            until: Instant::now() + life,
        }
    }
}

/// A connection that asks again, and another one after a while. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    connection: Arc<Mutex<Connection>>,
    peer: Peer,
}

type Answering = Pin<Box<dyn Future<Output = Result<Response<Body>, StdError>> + Send>>;

impl Service<Request<Body>> for Line {
    type Response = Response<Body>;
    type Error = StdError;
    type Future = Answering;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), StdError>> {
        // The call itself waits for its connection.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answering {
        let line = self.clone();
        if is_read(request.uri().path()) {
            Box::pin(line.ask_read(request))
        } else {
            Box::pin(line.ask_once(request))
        }
    }
}

impl Line {
    fn channel(&self) -> Channel {
        let held = self.connection.lock();
        let mut connection = held.unwrap_or_else(PoisonError::into_inner);
        if Instant::now() >= connection.until {
            *connection = Connection::of(&self.peer);
        }
        connection.channel.clone()
    }

    /// Goes over another connection next time: behind the same address another instance may answer.
    fn leave(&self) {
        let held = self.connection.lock();
        held.unwrap_or_else(PoisonError::into_inner).until = Instant::now();
    }

    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, StdError> {
        if let Err(hung) = self.peer.presence.insist() {
            self.leave();
            return Err(hung.into());
        }
        let mut channel = self.channel();
        poll_fn(|context| Service::<Request<Body>>::poll_ready(&mut channel, context)).await?;
        let answer = channel.call(request).await?;
        self.peer.budget.record_success();
        Ok(answer)
    }

    async fn ask_once(self, request: Request<Body>) -> Result<Response<Body>, StdError> {
        self.send(request).await
    }

    async fn ask_read(self, request: Request<Body>) -> Result<Response<Body>, StdError> {
        let (head, body) = request.into_parts();
        let question = body.collect().await?.to_bytes();
        let mut sent = 0_u32;
        loop {
            let body = Body::new(Full::new(question.clone()));
            let request = Request::from_parts(head.clone(), body);
            let sending = self.send(request);
            let error = tokio::select! {
                answer = sending => match answer {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                },
                hung = self.peer.presence.hanging() => {
                    self.leave();
                    return Err(hung.into());
                }
            };
            let is_affordable = self.peer.budget.record_failure();
            if !is_affordable || is_final(error.as_ref()) || sent + 1 == ATTEMPTS {
                return Err(error);
            }
            metrics::counter!("upstream_retries_total").increment(1);
            tokio::time::sleep(random_backoff(sent)).await;
            sent += 1;
        }
    }
}

/// Whether a call, named by the path of its request, changes nothing.
fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    READS.iter().any(|verb| name.starts_with(verb))
}

/// Whether the time of the caller is over, or the service is known to hang.
fn is_final(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TimeoutExpired>() || error.is::<Status>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
