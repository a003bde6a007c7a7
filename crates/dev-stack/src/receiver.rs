//! A little receiver of webhooks for tests: it keeps what arrives and answers as told.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

impl Message {
    /// One header as text; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

#[derive(Debug)]
struct Inner {
    messages: Vec<Message>,
    status: StatusCode,
}

type Shared = Arc<Mutex<Inner>>;

/// A running receiver.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    shared: Shared,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// Starts on a free port of this machine and answers 204.
    ///
    /// # Errors
    /// When the system gives no port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Mutex::new(Inner {
            messages: Vec::new(),
            status: StatusCode::NO_CONTENT,
        }));
        let routes = Router::new().fallback(take).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move { drop(axum::serve(listener, routes).await) });
        Ok(Self {
            address,
            shared,
            serving,
        })
    }

    /// Where messages go.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Answers with this status from now on.
    pub fn answer(&self, status: StatusCode) {
        locked(&self.shared).status = status;
    }

    /// What has arrived so far.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        locked(&self.shared).messages.clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn locked(shared: &Shared) -> MutexGuard<'_, Inner> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn take(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, HeaderMap, String) {
    let mut inner = locked(&shared);
    inner.messages.push(Message { headers, body });
    let mut answer = HeaderMap::new();
    if inner.status.is_redirection()
        && let Ok(elsewhere) = "http://127.0.0.1:9/".parse()
    {
        answer.insert("location", elsewhere);
    }
    (inner.status, answer, "x".repeat(10_000))
}
