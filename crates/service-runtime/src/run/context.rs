//! What a service receives while it is built.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use axum::Router;

use super::{Announcement, Service};
use crate::{
    admin,
    health::{Health, Latch},
    settings::CommonSettings,
    shutdown::Shutdown,
    telemetry::Metrics,
};

/// Gives a service its health, its shutdown and its way to announce itself; clones speak about the same process.
#[derive(Clone, Debug)]
pub struct Context {
    service: Service,
    health: Health,
    shutdown: Shutdown,
    metrics: Metrics,
    announcement: Arc<Mutex<Announcement>>,
    announce_file: Option<PathBuf>,
    starting: Arc<Mutex<Option<Latch>>>,
}

impl Context {
    /// Makes a context that is not ready until [`Context::started`] is called.
    #[must_use]
    pub fn new(service: Service, common: &CommonSettings, metrics: Metrics) -> Self {
        let health = Health::new();
        let starting = health.latch("starting");
        Self {
            service,
            health,
            shutdown: Shutdown::new(),
            metrics,
            announcement: Arc::new(Mutex::new(Announcement::new(service.name()))),
            announce_file: common.announce_file.clone(),
            starting: Arc::new(Mutex::new(Some(starting))),
        }
    }

    /// Returns who this process is.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Returns the readiness to add latches and dependencies to.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Returns what begins when the service must stop accepting work.
    #[must_use]
    pub fn shutdown(&self) -> &Shutdown {
        &self.shutdown
    }

    /// Returns the metrics of this process.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Builds the admin routes, for a service that also offers them on its own port.
    pub fn admin_routes(&self) -> Router {
        admin::router(self.health.clone(), self.metrics.clone())
    }

    /// Adds an address this service listens on, under a name such as `http` or `grpc`.
    pub fn announce(&self, name: &str, address: SocketAddr) {
        tracing::info!(name, %address, "listening");
        self.announcement
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(name, address);
    }

    /// Says that everything is bound: tells the addresses and gives up the first latch.
    ///
    /// Readiness may still wait for other latches. Calling it again only writes the file again.
    ///
    /// # Errors
    /// The file that `ANNOUNCE_FILE` names cannot be written.
    pub fn started(&self) -> io::Result<()> {
        if let Some(path) = &self.announce_file {
            self.announcement().write(path)?;
        }
        let latch = self
            .starting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(latch) = latch {
            latch.release();
            tracing::info!("started");
        }
        Ok(())
    }

    /// Returns the addresses announced so far.
    #[must_use]
    pub fn announcement(&self) -> Announcement {
        self.announcement
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
