//! Requests written byte by byte.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Gateway;

const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that comes back until the gateway closes the connection.
pub(crate) async fn conversation(gateway: &Gateway, sent: &[u8]) -> String {
    let mut socket = TcpStream::connect(gateway.address).await.unwrap();
    socket.write_all(sent).await.unwrap();
    let mut received = Vec::new();
    let reading = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut received));
    // A reset is an end too.
    drop(reading.await.expect("the connection ends"));
    String::from_utf8_lossy(&received).into_owned()
}
