//! Senders that let a byte drip now and then, of a head or of a body, and never come to an end.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// When all of them have to be cut off; a second for a busy machine is in it.
pub(super) const PROMISED: Duration = Duration::from_secs(11);
/// When those that are not cut off give up.
pub(super) const DEADLINE: Duration = Duration::from_secs(15);
/// Time between two bytes.
const PACE: Duration = Duration::from_secs(1);
/// A head that does not end, and a body that is announced and does not come.
const BEGINNINGS: [&str; 2] = [
    "GET /api/v1/credentials HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"",
];

/// What became of them.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// Times after which connections were closed, sorted.
    pub(super) times: Vec<Duration>,
    /// Connections that were not taken.
    pub(super) refused: usize,
    /// Connections that were still open at the end.
    pub(super) open: usize,
}

enum End {
    Refused,
    Cut(Duration),
    Open,
}

/// Opens so many connections at once and lets all of them drip.
pub(super) async fn run(address: SocketAddr, sockets: usize) -> Cut {
    let mut tasks = JoinSet::new();
    for beginning in BEGINNINGS.into_iter().cycle().take(sockets) {
        tasks.spawn(one(address, beginning));
    }
    let mut cut = Cut::default();
    for end in tasks.join_all().await {
        match end {
            End::Refused => cut.refused += 1,
            End::Cut(time) => cut.times.push(time),
            End::Open => cut.open += 1,
        }
    }
    cut.times.sort_unstable();
    cut
}

async fn one(address: SocketAddr, beginning: &'static str) -> End {
    let Ok(mut socket) = TcpStream::connect(address).await else {
        return End::Refused;
    };
    let begun = Instant::now();
    if socket.write_all(beginning.as_bytes()).await.is_err() {
        return End::Cut(begun.elapsed());
    }
    match tokio::time::timeout(DEADLINE, drip(&mut socket)).await {
        Ok(()) => End::Cut(begun.elapsed()),
        Err(_elapsed) => End::Open,
    }
}

/// Goes on until the other side has closed the connection; an answer alone does not stop it.
async fn drip(socket: &mut TcpStream) {
    let (mut reading, mut writing) = socket.split();
    let mut pace = tokio::time::interval(PACE);
    let mut buffer = [0; 1_024];
    loop {
        tokio::select! {
            read = reading.read(&mut buffer) => if !read.is_ok_and(|bytes| bytes > 0) {
                return;
            },
            _tick = pace.tick() => if writing.write_all(b"x").await.is_err() {
                return;
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_that_are_cut_are_told_from_those_that_are_refused() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                // Answers, and closes.
                let answer = b"HTTP/1.1 408 Request Timeout\r\n\r\n";
                drop(socket.write_all(answer).await);
            }
        });
        let closed = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap()
        };

        let cut = run(address, 4).await;
        let refused = run(closed, 3).await;

        assert_eq!((cut.times.len(), cut.refused, cut.open), (4, 0, 0));
        assert_eq!((refused.times.len(), refused.refused), (0, 3));
    }
}
