//! A private Redis server on a free port of the loopback address. It keeps nothing.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use nix::sys::signal::Signal;
use tokio::process::Command;

use crate::process::{Process, until};
use crate::system;

/// A running server.
#[derive(Debug)]
pub struct Redis {
    process: Process,
    port: u16,
}

impl Redis {
    /// Starts a server.
    ///
    /// # Errors
    /// When Redis is not installed or does not come up.
    pub async fn start(folder: &Path) -> Result<Self> {
        let binary = system::redis_server()?;
        system::make_server_folder(folder)?;
        let port = system::free_port()?;
        let mut command = Command::new(binary);
        command.args([
            "--port",
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        command
            .args(["--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru"])
            .arg("--dir")
            .arg(folder)
            .current_dir(folder);
        let process = Process::start(
            "Redis",
            command,
            &folder.join("redis.log"),
            system::server_user()?,
        )?;
        let mut server = Self { process, port };
        until(
            &mut server.process,
            "Redis answering",
            Duration::from_secs(30),
            async || {
                tokio::net::TcpStream::connect(("127.0.0.1", port))
                    .await
                    .ok()
            },
        )
        .await?;
        Ok(server)
    }

    /// Address of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.pid()
    }

    /// Stops the server.
    ///
    /// # Errors
    /// When it had to be killed.
    pub async fn stop(self) -> Result<()> {
        self.process
            .stop(Signal::SIGTERM, Duration::from_secs(10))
            .await?;
        Ok(())
    }
}
