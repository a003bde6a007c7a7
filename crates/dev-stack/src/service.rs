//! One of our services, started as it ships and known by what it announces.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::Signal;
use serde::Deserialize;
use tokio::process::Command;

use crate::process::{Process, until};

const START: Duration = Duration::from_secs(120);
const DRAIN: Duration = Duration::from_secs(15);

/// What a service needs to start.
#[derive(Clone, Debug)]
pub struct ServiceSpec {
    /// Its name in logs.
    pub name: String,
    /// The binary.
    pub binary: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its settings. Ports that are 0 are chosen by the system at the first start and kept at every later one.
    pub settings: BTreeMap<String, String>,
    /// Which setting holds the port of which announced address.
    pub ports: BTreeMap<String, String>,
    /// Where its log and its announcement go.
    pub folder: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Announcement {
    addresses: BTreeMap<String, SocketAddr>,
}

/// A running service.
#[derive(Debug)]
pub struct RunningService {
    spec: ServiceSpec,
    process: Process,
    addresses: BTreeMap<String, SocketAddr>,
}

impl RunningService {
    /// Starts a service and waits until it listens. It may not be ready yet.
    ///
    /// # Errors
    /// When it ends instead, with its last words.
    pub async fn start(spec: ServiceSpec) -> Result<Self> {
        let (process, addresses) = launch(&spec).await?;
        let mut spec = spec;
        for (address, setting) in &spec.ports {
            let bound = addresses
                .get(address)
                .with_context(|| format!("{} did not announce `{address}`", spec.name))?;
            spec.settings
                .insert(setting.clone(), bound.port().to_string());
        }
        Ok(Self {
            spec,
            process,
            addresses,
        })
    }

    /// Starts a service and waits until it says that it is ready.
    ///
    /// # Errors
    /// When it ends instead, or does not get ready in time.
    pub async fn start_ready(spec: ServiceSpec) -> Result<Self> {
        let mut service = Self::start(spec).await?;
        service.ready().await?;
        Ok(service)
    }

    /// Waits until the service says that it is ready.
    ///
    /// # Errors
    /// When it ends instead, or does not get ready in time.
    pub async fn ready(&mut self) -> Result<()> {
        service_runtime::tls::use_ring();
        let url = format!("{}/readyz", self.url("admin")?);
        let what = format!("{} getting ready", self.spec.name);
        until(&mut self.process, &what, START, async || {
            let answer = reqwest::get(&url).await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await
    }

    /// The service's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// The service's log.
    #[must_use]
    pub fn log(&self) -> &Path {
        self.process.log()
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.pid()
    }

    /// The URL of an announced address.
    ///
    /// # Errors
    /// When there is no such address.
    pub fn url(&self, address: &str) -> Result<String> {
        let bound = self
            .addresses
            .get(address)
            .with_context(|| format!("{} has no address `{address}`", self.spec.name))?;
        Ok(format!("http://{bound}"))
    }

    /// Ends the service at once, as `kill -9` does.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self) -> Result<()> {
        self.process.kill().await
    }

    /// Starts the service again on the same ports.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn restart(&mut self) -> Result<()> {
        let (process, addresses) = launch(&self.spec).await?;
        self.process = process;
        self.addresses = addresses;
        Ok(())
    }

    /// Waits until the service ends by itself.
    ///
    /// # Errors
    /// When the system does not say.
    pub async fn ended(&mut self) -> Result<std::process::ExitStatus> {
        self.process.wait().await
    }

    /// Asks the service to drain and end.
    ///
    /// # Errors
    /// When it had to be killed.
    pub async fn stop(self) -> Result<()> {
        self.process.stop(Signal::SIGTERM, DRAIN).await?;
        Ok(())
    }
}

async fn launch(spec: &ServiceSpec) -> Result<(Process, BTreeMap<String, SocketAddr>)> {
    std::fs::create_dir_all(&spec.folder)?;
    let announcement = spec.folder.join(format!("{}.announce.json", spec.name));
    match std::fs::remove_file(&announcement) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let mut command = Command::new(&spec.binary);
    // Only what the stack says: a developer's own environment must not reach the services.
    command
        .args(&spec.arguments)
        .env_clear()
        .envs(&spec.settings)
        .env("ANNOUNCE_FILE", &announcement)
        .current_dir(&spec.folder);
    let log = spec.folder.join(format!("{}.log", spec.name));
    let mut process = Process::start(&spec.name, command, &log, None)?;
    let addresses = until(
        &mut process,
        &format!("{} listening", spec.name),
        START,
        async || {
            let text = tokio::fs::read(&announcement).await.ok()?;
            let announced: Announcement = serde_json::from_slice(&text).ok()?;
            Some(announced.addresses)
        },
    )
    .await?;
    Ok((process, addresses))
}
