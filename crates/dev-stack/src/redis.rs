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
    scheme: &'static str,
    port: u16,
}

impl Redis {
    /// Starts a server.
    ///
    /// # Errors
    /// When Redis is not installed or does not come up.
    pub async fn start(folder: &Path) -> Result<Self> {
        Self::start_with(folder, "redis", "--port", &[]).await
    }

    /// Starts a server that speaks TLS only, with the certificate `server` of [`crate::certificates::make`] in a folder.
    ///
    /// # Errors
    /// When Redis is not installed, was built without TLS or does not come up.
    pub async fn start_with_tls(folder: &Path, certificates: &Path) -> Result<Self> {
        let file = |name: &str| certificates.join(name).display().to_string();
        let tls = [
            ("--port", "0".to_owned()),
            ("--tls-cert-file", file("server.pem")),
            ("--tls-key-file", file("server.key")),
            ("--tls-auth-clients", "no".to_owned()),
        ];
        Self::start_with(folder, "rediss", "--tls-port", &tls).await
    }

    async fn start_with(
        folder: &Path,
        scheme: &'static str,
        port_option: &str,
        more: &[(&str, String)],
    ) -> Result<Self> {
        let binary = system::redis_server()?;
        system::make_server_folder(folder)?;
        let port = system::free_port()?;
        let mut command = Command::new(binary);
        command.args([
            port_option,
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        for (option, value) in more {
            command.arg(option).arg(value);
        }
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
        let mut server = Self {
            process,
            scheme,
            port,
        };
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
        format!("{}://127.0.0.1:{}", self.scheme, self.port)
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
