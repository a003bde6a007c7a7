//! A little mail server for tests: it takes every message, unless the address says otherwise.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// The recipients that the sender named in commands.
    pub recipients: Vec<String>,
    /// Headers and body.
    pub message: String,
}

/// A running mail server without encryption. Recipients that begin with `busy` are refused with 451 the first time,
/// those that begin with `gone` always with 550.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    received: Vec<Received>,
    refused: Vec<String>,
}

impl MailServer {
    /// Starts on a free port of this machine.
    ///
    /// # Errors
    /// When the system gives no port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _client)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                // A client that breaks off is the client's matter.
                tokio::spawn(async move { drop(converse(stream, &shared).await) });
            }
        });
        Ok(Self {
            address,
            state,
            serving,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has arrived so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        locked(&self.state).received.clone()
    }

    /// The recipients that were refused so far, once for each time.
    #[must_use]
    pub fn refused(&self) -> Vec<String> {
        locked(&self.state).refused.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn locked(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn converse(stream: TcpStream, state: &Mutex<State>) -> Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 test\r\n").await?;
    let mut recipients = Vec::new();
    while let Some(line) = lines.next_line().await? {
        let command = line.to_ascii_uppercase();
        let answer = if command.starts_with("EHLO") {
            "250-test\r\n250 8BITMIME".to_owned()
        } else if command.starts_with("RCPT TO:") {
            let address = line.trim_end().to_owned();
            let address = address
                .split(['<', '>'])
                .nth(1)
                .unwrap_or_default()
                .to_owned();
            recipient(state, address, &mut recipients)
        } else if command.starts_with("DATA") {
            writing.write_all(b"354 go on\r\n").await?;
            let mut message = String::new();
            while let Some(line) = lines.next_line().await? {
                if line == "." {
                    break;
                }
                message.push_str(line.strip_prefix('.').unwrap_or(&line));
                message.push_str("\r\n");
            }
            let recipients = std::mem::take(&mut recipients);
            locked(state).received.push(Received {
                recipients,
                message,
            });
            "250 taken".to_owned()
        } else if command.starts_with("QUIT") {
            writing.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else {
            "250 fine".to_owned()
        };
        writing
            .write_all(format!("{answer}\r\n").as_bytes())
            .await?;
    }
    Ok(())
}

fn recipient(state: &Mutex<State>, address: String, recipients: &mut Vec<String>) -> String {
    let mut state = locked(state);
    let before = state.refused.contains(&address);
    let answer = if address.starts_with("gone") {
        format!("550 5.1.1 no such person: {address}")
    } else if address.starts_with("busy") && !before {
        format!("451 4.7.1 come back later, {address}")
    } else {
        recipients.push(address);
        return "250 fine".to_owned();
    };
    state.refused.push(address);
    answer
}
