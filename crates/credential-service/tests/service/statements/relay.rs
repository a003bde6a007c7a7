//! Reads along with the PostgreSQL protocol and counts what is executed in the transactions of callers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The time limit, in milliseconds, of a transaction that no caller waits for: the feed, the health check.
pub(super) const BACKGROUND: &str = "30000";
/// What a client sends that asks for TLS before it says who it is.
const TLS_REQUEST: u32 = 80_877_103;

/// A way to a server on which statements are counted.
#[derive(Clone, Default)]
pub(super) struct Relay(Arc<AtomicU64>);

impl Relay {
    /// Begins to relay; also gives the address of the database through it.
    pub(super) async fn start(address: &str) -> (Self, String) {
        let relay = Self::default();
        let mut address = url::Url::parse(address).unwrap();
        let server = format!("127.0.0.1:{}", address.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let counting = relay.clone();
        tokio::spawn(async move {
            while let Ok((client, _address)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                let (from_client, mut to_client) = client.into_split();
                let (mut from_server, to_server) = server.into_split();
                let counting = counting.clone();
                // Both end when a side hangs up.
                tokio::spawn(async move { counting.relay(from_client, to_server).await });
                tokio::spawn(
                    async move { tokio::io::copy(&mut from_server, &mut to_client).await },
                );
            }
        });
        address.set_port(Some(port)).unwrap();
        (relay, address.into())
    }

    /// Statements of callers so far. One is counted before the server hears of it, so before its caller has an answer.
    pub(super) fn executed(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Passes the messages of a client on. The first has no type, each later one begins with it; then comes its length.
    async fn relay(
        &self,
        mut client: impl AsyncRead + Unpin,
        mut server: impl AsyncWrite + Unpin,
    ) -> std::io::Result<()> {
        loop {
            let message = read(&mut client).await?;
            server.write_all(&message).await?;
            if message.get(4..8) != Some(&TLS_REQUEST.to_be_bytes()) {
                break;
            }
        }
        let mut of_caller = false;
        loop {
            let kind = client.read_u8().await?;
            let message = read(&mut client).await?;
            self.count(kind, &message, &mut of_caller);
            server.write_u8(kind).await?;
            server.write_all(&message).await?;
        }
    }

    /// Counts a message if it executes something in a transaction of a caller.
    fn count(&self, kind: u8, message: &[u8], of_caller: &mut bool) {
        let text = String::from_utf8_lossy(message.get(4..).unwrap_or_default());
        let is_simple = kind == b'Q';
        if is_simple && text.starts_with("BEGIN") {
            *of_caller = !text.contains(&format!("statement_timeout = {BACKGROUND}"));
        }
        if *of_caller && (is_simple || kind == b'E') {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        if is_simple && (text.starts_with("COMMIT") || text.starts_with("ROLLBACK")) {
            *of_caller = false;
        }
    }
}

/// Reads a message without its type: its length, which counts itself, and the rest.
async fn read(client: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Vec<u8>> {
    let length = client.read_u32().await?;
    let mut message = length.to_be_bytes().to_vec();
    message.resize(usize::try_from(length).unwrap(), 0);
    client.read_exact(message.get_mut(4..).unwrap()).await?;
    Ok(message)
}
