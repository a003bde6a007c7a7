//! A load generator: some connections, each of which asks again as soon as it has its answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Bytes read at once.
const CHUNK: usize = 16 * 1024;

/// What is asked, by how many, and for how long.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where to ask.
    pub address: SocketAddr,
    /// Whole requests, asked in turn.
    pub requests: Vec<Vec<u8>>,
    /// Connections.
    pub connections: usize,
    /// How long they ask.
    pub duration: Duration,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Answers with a status below 300.
    pub answered: usize,
    /// Other answers.
    pub refused: usize,
    /// How long it took.
    pub elapsed: Duration,
    /// Times of the answers in microseconds, sorted.
    times: Vec<u64>,
}

impl Measured {
    /// Good answers in a second.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        let answered = u32::try_from(self.answered).unwrap_or(u32::MAX);
        f64::from(answered) / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// The time within which this many of a thousand were answered, in milliseconds.
    #[must_use]
    pub fn within(&self, of_thousand: usize) -> f64 {
        let place =
            (self.times.len() * of_thousand / 1_000).min(self.times.len().saturating_sub(1));
        let micros = self.times.get(place).copied().unwrap_or(0);
        f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 1_000.0
    }
}

/// A request without a body, or with one of JSON.
#[must_use]
pub fn request(method: &str, path: &str, body: Option<&str>) -> Vec<u8> {
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
    match body {
        None => format!("{head}\r\n"),
        Some(body) => format!(
            "{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    }
    .into_bytes()
}

/// Puts the load on; stops by itself.
///
/// # Errors
/// A connection breaks, or an answer cannot be read.
pub async fn run(load: Load) -> Result<Measured> {
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..load.connections {
        let load = load.clone();
        tasks.spawn(async move { one(&load, number, begun).await });
    }
    let mut whole = Measured::default();
    while let Some(part) = tasks.join_next().await {
        let part = part.context("a connection panicked")??;
        whole.answered += part.answered;
        whole.refused += part.refused;
        whole.times.extend(part.times);
    }
    whole.elapsed = begun.elapsed();
    whole.times.sort_unstable();
    Ok(whole)
}

async fn one(load: &Load, number: usize, begun: Instant) -> Result<Measured> {
    let mut socket = TcpStream::connect(load.address).await?;
    socket.set_nodelay(true)?;
    let mut measured = Measured::default();
    let mut buffer = Vec::with_capacity(CHUNK);
    let requests = load
        .requests
        .iter()
        .cycle()
        .skip(number % load.requests.len().max(1));
    for request in requests {
        if begun.elapsed() >= load.duration {
            break;
        }
        let asked = Instant::now();
        socket.write_all(request).await?;
        let status = answer(&mut socket, &mut buffer).await?;
        let micros = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
        measured.times.push(micros);
        if status < 300 {
            measured.answered += 1;
        } else {
            measured.refused += 1;
        }
    }
    Ok(measured)
}

/// Reads one whole answer and leaves nothing of it in the buffer.
async fn answer(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<u16> {
    buffer.clear();
    let mut chunk = vec![0; CHUNK];
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = std::str::from_utf8(buffer.get(..end).unwrap_or_default())?;
            let status = head.get(9..12).context("no status")?.parse()?;
            let length: usize = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .context("an answer without a length")?
                .1
                .trim()
                .parse()?;
            let whole = end + 4 + length;
            while buffer.len() < whole {
                let read = socket.read(&mut chunk).await?;
                if read == 0 {
                    bail!("the answer ended early");
                }
                buffer.extend_from_slice(chunk.get(..read).unwrap_or_default());
            }
            return Ok(status);
        }
        let read = socket.read(&mut chunk).await?;
        if read == 0 {
            bail!("the connection was closed");
        }
        buffer.extend_from_slice(chunk.get(..read).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_are_counted_and_timed() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut chunk = [0; 1_024];
                    let mut number = 0_u32;
                    while socket.read(&mut chunk).await.is_ok_and(|read| read > 0) {
                        number += 1;
                        let status = if number.is_multiple_of(2) { 404 } else { 200 };
                        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 3\r\n\r\nabc");
                        if socket.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });

        let measured = run(Load {
            address,
            requests: vec![request("GET", "/", None)],
            connections: 2,
            duration: Duration::from_millis(50),
        })
        .await
        .unwrap();

        assert!(measured.answered >= 2, "{measured:?}");
        assert!(
            measured.answered.abs_diff(measured.refused) <= 2,
            "{measured:?}"
        );
        assert!(measured.within(500) <= measured.within(990));
        assert!(measured.per_second() > 0.0);
    }
}
