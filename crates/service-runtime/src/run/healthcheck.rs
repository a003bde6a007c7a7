//! Asks a running service whether it is ready, from inside its container.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use super::{RunError, announcement::reachable};
use crate::settings::CommonSettings;

/// Longest wait for each step of the answer.
const LIMIT: Duration = Duration::from_secs(2);

/// Asks `/readyz` on the admin port; for the health check of a container that has no shell and no `curl`.
///
/// # Errors
/// The service does not answer or is not ready.
pub fn healthcheck(common: &CommonSettings) -> Result<(), RunError> {
    let address = reachable(common.admin_address);
    ask(address).map_err(|source| RunError::NotReady { address, source })
}

fn ask(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    stream.write_all(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_whitespace().nth(1) {
        Some("200") => Ok(()),
        Some(_) | None => Err(io::Error::other(
            answer.lines().last().unwrap_or("no answer").to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::{net::TcpListener, task::spawn_blocking};

    use super::ask;
    use crate::{admin::serve_admin, health::Health, shutdown::Shutdown, telemetry::Metrics};

    #[tokio::test]
    async fn it_passes_when_ready_and_tells_why_not() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let health = Health::new();
        let latch = health.latch("model warm");
        tokio::spawn(serve_admin(
            listener,
            health,
            Metrics::detached(),
            axum::Router::new(),
            Shutdown::new(),
        ));

        let refused = spawn_blocking(move || ask(address))
            .await
            .unwrap()
            .unwrap_err();
        assert!(refused.to_string().contains("model warm"), "{refused}");

        latch.release();
        spawn_blocking(move || ask(address)).await.unwrap().unwrap();
    }
}
