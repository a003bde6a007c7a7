//! Requests that are too much of something.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::ReadHalf;
use tokio::task::JoinSet;

/// Requests of one kind, and how many of them at once.
const REQUESTS: usize = 100;
const AT_ONCE: usize = 10;
/// Time for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// What stands for an answer that did not come, because the connection was cut.
const CUT: u16 = 0;
/// One byte more than a body may have.
const TOO_LARGE: usize = 1024 * 1024 + 1;

/// A kind of bad request.
#[derive(Clone, Debug)]
pub(super) struct Bad {
    /// What is too much.
    pub(super) name: &'static str,
    /// The whole request.
    bytes: Vec<u8>,
    /// Good answers to it; 0 where the connection may be cut.
    pub(super) expected: &'static [u16],
}

/// Every kind.
pub(super) fn all() -> Vec<Bad> {
    let nested = format!(
        "{{\"email\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let array = |elements: usize| format!("{{\"texts\":[0{}]}}", ",0".repeat(elements - 1));
    let numbers = |name: &str, count: u32, between: &str| -> String {
        let parts: Vec<String> = (0..count)
            .map(|number| format!("{name}{number}{}1", if between == "&" { "=" } else { ": " }))
            .collect();
        parts.join(between)
    };
    let parameters = numbers("p", 2_000, "&");
    let headers = numbers("X-Header-", 500, "\r\n");
    vec![
        bad(
            "a chunked body of the limit and one byte",
            chunked(&"x".repeat(TOO_LARGE)),
            &[413],
        ),
        bad("100,000 lists in each other", posted(&nested), &[400]),
        bad(
            "a list of 500,000 elements",
            posted(&array(500_000)),
            &[400, 422],
        ),
        bad(
            "a list of 1,000,000 elements",
            posted(&array(1_000_000)),
            &[413],
        ),
        bad(
            "2,000 parameters",
            asked(&format!("?{parameters}"), ""),
            &[400, 414],
        ),
        bad("a page of 101 rows", asked("?limit=101", ""), &[400, 422]),
        bad(
            "500 headers",
            asked("", &format!("{headers}\r\n")),
            &[400, 431, CUT],
        ),
        bad(
            "a header of 200,000 bytes",
            asked("", &format!("X-Long: {}\r\n", "x".repeat(200_000))),
            &[400, 431, CUT],
        ),
    ]
}

fn bad(name: &'static str, bytes: Vec<u8>, expected: &'static [u16]) -> Bad {
    Bad {
        name,
        bytes,
        expected,
    }
}

const HEAD: &str =
    "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

fn posted(body: &str) -> Vec<u8> {
    format!("{HEAD}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A body that does not say how long it will be.
fn chunked(body: &str) -> Vec<u8> {
    let mut bytes = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    for chunk in body.as_bytes().chunks(64 * 1024) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

fn asked(query: &str, headers: &str) -> Vec<u8> {
    format!("GET /api/v1/credentials{query} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
        .into_bytes()
}

/// Sends all requests of a kind; says how often each status was the answer.
pub(super) async fn send(address: SocketAddr, bad: &Bad) -> Result<BTreeMap<u16, usize>> {
    let mut answers = BTreeMap::new();
    let mut tasks = JoinSet::new();
    for number in 0..REQUESTS {
        if number >= AT_ONCE {
            let status = tasks
                .join_next()
                .await
                .context("a request is under way")??;
            *answers.entry(status).or_default() += 1;
        }
        tasks.spawn(exchange(address, bad.bytes.clone()));
    }
    for status in tasks.join_all().await {
        *answers.entry(status).or_default() += 1;
    }
    Ok(answers)
}

/// The status of the answer; the request is written while it is waited for, since it may be refused half-way.
async fn exchange(address: SocketAddr, request: Vec<u8>) -> u16 {
    let answered = async {
        let mut socket = TcpStream::connect(address).await.ok()?;
        let (mut reading, mut writing) = socket.split();
        let written = async {
            // Whoever refuses half-way does not read the rest; the answer tells.
            drop(writing.write_all(&request).await);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            answered = status(&mut reading) => answered,
            () = written => None,
        }
    };
    let answered = tokio::time::timeout(PATIENCE, answered).await;
    answered.ok().flatten().unwrap_or(CUT)
}

async fn status(reading: &mut ReadHalf<'_>) -> Option<u16> {
    let mut head = Vec::new();
    let mut chunk = [0; 1_024];
    // `HTTP/1.1 413`
    while head.len() < 12 {
        let read = reading.read(&mut chunk).await.ok()?;
        if read == 0 {
            return None;
        }
        head.extend_from_slice(chunk.get(..read)?);
    }
    std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_as_large_as_it_says() {
        for kind in all() {
            let text = String::from_utf8(kind.bytes.clone()).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let announced = head
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: "));
            if let Some(length) = announced {
                assert_eq!(body.len(), length.parse::<usize>().unwrap());
                let read: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
                assert!(read.is_object() || kind.name.contains("in each other"));
            }
            match kind.name {
                "a list of 500,000 elements" => assert!(body.len() < TOO_LARGE),
                "a list of 1,000,000 elements" => assert!(body.len() > TOO_LARGE),
                "2,000 parameters" => assert_eq!(head.matches('&').count(), 1_999),
                "500 headers" => assert_eq!(head.lines().count(), 502),
                _others => {}
            }
        }
    }

    #[tokio::test]
    async fn answers_are_counted_and_silence_is_too() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let mut number = 0_u32;
            while let Ok((mut socket, _)) = listener.accept().await {
                number += 1;
                if number.is_multiple_of(4) {
                    continue;
                }
                let mut chunk = [0; 1_024];
                drop(socket.read(&mut chunk).await);
                let answer = b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n";
                drop(socket.write_all(answer).await);
            }
        });
        let kind = bad("small", asked("", ""), &[413]);

        let answers = send(address, &kind).await.unwrap();

        assert_eq!(answers, BTreeMap::from([(CUT, 25), (413, 75)]));
    }
}
