//! The wish to stop, passed in and never static.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Tells the parts of a process to stop accepting work; clones speak about the same process.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    token: CancellationToken,
}

impl Shutdown {
    /// Starts with no wish to stop.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a part that can be stopped alone and stops with the whole.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            token: self.token.child_token(),
        }
    }

    /// Begins the shutdown; calling it again changes nothing.
    pub fn begin(&self) {
        self.token.cancel();
    }

    /// Tells whether the shutdown has begun.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits until the shutdown begins.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn begun(&self) {
        self.token.cancelled().await;
    }

    /// Waits until the shutdown begins, as a future that borrows nothing (for `serve_with_shutdown`).
    pub fn into_begun(self) -> impl Future<Output = ()> + Send + 'static {
        self.token.cancelled_owned()
    }

    /// Lends the token to libraries that want one.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }
}

/// Carries the operator's wish to stop: asked once politely, the second time at once.
#[derive(Clone, Debug, Default)]
pub struct StopRequest {
    asked: CancellationToken,
    insisted: CancellationToken,
}

impl StopRequest {
    /// Starts with nobody asking; tests and in-process stacks ask themselves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Listens to SIGTERM and SIGINT: the first asks, the second insists.
    ///
    /// # Errors
    /// The handlers cannot be installed.
    pub fn from_signals() -> io::Result<Self> {
        let request = Self::new();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let listener = request.clone();
        tokio::spawn(async move {
            let name = next(&mut terminate, &mut interrupt).await;
            tracing::info!(signal = name, "asked to stop");
            listener.ask();
            let name = next(&mut terminate, &mut interrupt).await;
            tracing::warn!(signal = name, "asked again to stop, no longer waiting");
            listener.insist();
        });
        Ok(request)
    }

    /// Asks the process to drain and stop.
    pub fn ask(&self) {
        self.asked.cancel();
    }

    /// Asks the process to stop without waiting any longer.
    pub fn insist(&self) {
        self.asked.cancel();
        self.insisted.cancel();
    }

    /// Waits until someone asks.
    pub async fn asked(&self) {
        self.asked.cancelled().await;
    }

    /// Waits until someone insists.
    pub async fn insisted(&self) {
        self.insisted.cancelled().await;
    }
}

async fn next(terminate: &mut Signal, interrupt: &mut Signal) -> &'static str {
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}
