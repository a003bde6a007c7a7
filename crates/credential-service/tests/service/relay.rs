//! Reads along with the PostgreSQL protocol: counts what is executed in the transactions of callers, keeps what the server notes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The time limit, in milliseconds, of a transaction that no caller waits for: the feed, the health check.
pub(crate) const BACKGROUND: &str = "30000";
/// Bytes before the fields of a message: its type and its length.
const HEAD: usize = 5;

/// A way to a server on which somebody reads along.
#[derive(Clone, Default)]
pub(crate) struct Relay(Arc<Seen>);

#[derive(Default)]
struct Seen {
    executed: AtomicU64,
    notices: Mutex<Vec<String>>,
}

impl Relay {
    /// Begins to relay; also gives the address of the database through it.
    pub(crate) async fn start(address: &str) -> (Self, String) {
        let relay = Self::default();
        let mut address = url::Url::parse(address).unwrap();
        let server = format!("127.0.0.1:{}", address.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let reading = relay.clone();
        tokio::spawn(async move {
            while let Ok((client, _address)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                client.set_nodelay(true).unwrap();
                server.set_nodelay(true).unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let (forth, back) = (reading.clone(), reading.clone());
                // Both end when a side hangs up.
                tokio::spawn(async move { forth.pass_on(from_client, to_server).await });
                tokio::spawn(async move { back.pass_back(from_server, to_client).await });
            }
        });
        address.set_port(Some(port)).unwrap();
        (relay, address.into())
    }

    /// Statements of callers so far. One is counted before the server hears of it, so before its caller has an answer.
    pub(crate) fn executed(&self) -> u64 {
        self.0.executed.load(Ordering::SeqCst)
    }

    /// What the server has noted since this was last asked. It notes before it answers.
    pub(crate) fn take_notices(&self) -> Vec<String> {
        std::mem::take(&mut self.0.notices.lock().unwrap())
    }

    /// Passes the messages of a client on. The first has no type, each later one begins with it; then comes its length.
    async fn pass_on(
        &self,
        mut client: impl AsyncRead + Unpin,
        mut server: impl AsyncWrite + Unpin,
    ) -> std::io::Result<()> {
        let mut message = Vec::new();
        read(&mut client, &mut message).await?;
        server.write_all(&message).await?;
        let mut of_caller = false;
        loop {
            let kind = client.read_u8().await?;
            message = vec![kind];
            read(&mut client, &mut message).await?;
            self.count(kind, &message, &mut of_caller);
            server.write_all(&message).await?;
        }
    }

    /// Passes the messages of a server back.
    async fn pass_back(
        &self,
        mut server: impl AsyncRead + Unpin,
        mut client: impl AsyncWrite + Unpin,
    ) -> std::io::Result<()> {
        loop {
            let kind = server.read_u8().await?;
            let mut message = vec![kind];
            read(&mut server, &mut message).await?;
            if kind == b'N' {
                let fields = String::from_utf8_lossy(message.get(HEAD..).unwrap_or_default());
                // Each field is a letter and its text up to a zero; M is the message.
                let text = fields.split('\0').find_map(|field| field.strip_prefix('M'));
                let mut notices = self.0.notices.lock().unwrap();
                notices.push(text.unwrap_or_default().to_owned());
            }
            client.write_all(&message).await?;
        }
    }

    /// Counts a message if it executes something in a transaction of a caller.
    fn count(&self, kind: u8, message: &[u8], of_caller: &mut bool) {
        let text = String::from_utf8_lossy(message.get(HEAD..).unwrap_or_default());
        let is_simple = kind == b'Q';
        if is_simple && text.starts_with("BEGIN") {
            *of_caller = !text.contains(&format!("statement_timeout = {BACKGROUND}"));
        }
        if *of_caller && (is_simple || kind == b'E') {
            self.0.executed.fetch_add(1, Ordering::SeqCst);
        }
        if is_simple && (text.starts_with("COMMIT") || text.starts_with("ROLLBACK")) {
            *of_caller = false;
        }
    }
}

/// Reads a message behind its type: its length, which counts itself, and the rest. It is passed on in one piece: two small
/// ones would wait for each other on the way.
async fn read(source: &mut (impl AsyncRead + Unpin), message: &mut Vec<u8>) -> std::io::Result<()> {
    let length = source.read_u32().await?;
    message.extend(length.to_be_bytes());
    let body = message.len();
    message.resize(body + usize::try_from(length).unwrap() - 4, 0);
    source.read_exact(message.get_mut(body..).unwrap()).await?;
    Ok(())
}
