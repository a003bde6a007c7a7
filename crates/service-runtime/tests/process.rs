//! Runs `examples/minimal.rs` as a real process: its log, its ports, its signals and its exit codes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail loudly"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use service_runtime::Announcement;
use tempfile::TempDir;

struct Process {
    child: Child,
    log: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Process {
    fn spawn(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(example())
            .env_clear()
            .env("APP_ENV", "test")
            .env("API_PORT", "0")
            .env("ADMIN_PORT", "0")
            .env("ANNOUNCE_FILE", folder.path().join("announcement.json"))
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stdout.take().unwrap());
        Self { child, log, folder }
    }

    /// Reads the log up to the event with this message, which it returns.
    fn event(&mut self, message: &str) -> Value {
        loop {
            let mut line = String::new();
            let size = self.log.read_line(&mut line).unwrap();
            assert!(size > 0, "the log ended before `{message}`");
            let event: Value = serde_json::from_str(&line).expect("every line is JSON");
            assert_eq!(event["service"], "minimal");
            if event["message"] == message {
                return event;
            }
        }
    }

    fn address(&self, name: &str) -> SocketAddr {
        let path = self.folder.path().join("announcement.json");
        Announcement::read(&path).unwrap().addresses[name]
    }

    fn terminate(&self) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
    }

    /// Waits for the end and returns the exit code with what was printed to standard error.
    fn end(mut self) -> (Option<i32>, String) {
        let mut printed = String::new();
        self.log.read_to_string(&mut String::new()).unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut printed)
            .unwrap();
        (self.child.wait().unwrap().code(), printed)
    }
}

/// Finds the example beside the test: `target/<profile>/{deps/this test, examples/minimal}`.
fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|folder| folder.parent()).unwrap();
    let example = profile.join("examples/minimal");
    assert!(
        example.exists(),
        "build it with `cargo build -p service-runtime --examples`"
    );
    example
}

fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_starts_serves_and_ends_cleanly() {
    let mut process = Process::spawn(&[]);
    let starting = process.event("starting");
    assert_eq!(starting["version"], env!("CARGO_PKG_VERSION"));
    process.event("started");

    assert!(get(process.address("http"), "/").ends_with("hello\n"));
    assert!(get(process.address("admin"), "/readyz").contains("\"ready\":true"));
    assert!(get(process.address("admin"), "/metrics").contains("build_info{service=\"minimal\""));
    let greeted = process.event("greeted");
    assert_eq!(greeted["endpoint"], "/");
    assert_eq!(greeted["traceId"].as_str().map(str::len), Some(32));

    process.terminate();
    process.event("draining");
    process.event("stopped");
    assert_eq!(process.end(), (Some(0), String::new()));
}

#[test]
fn bad_settings_are_all_printed_and_nothing_is_bound() {
    let process = Process::spawn(&[("LOG_FORMAT", "xml"), ("API_PORT", "70000")]);
    let folder = process.folder.path().to_path_buf();

    let (code, printed) = process.end();

    assert_eq!(code, Some(64));
    assert!(
        printed.contains("`LOG_FORMAT`: must be json or text"),
        "{printed}"
    );
    assert!(printed.contains("`API_PORT`: "), "{printed}");
    assert!(!printed.contains("70000"), "no value is told: {printed}");
    assert!(!folder.join("announcement.json").exists());
}

#[test]
fn a_port_that_is_taken_is_a_failure() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();

    let mut process = Process::spawn(&[("API_PORT", port.as_str())]);

    let error = process.event("stopped")["error"].to_string();
    assert!(error.contains("cannot start: "), "{error}");
    assert_eq!(process.end().0, Some(70));
}

#[test]
fn work_that_ignores_the_wish_to_stop_is_abandoned() {
    let mut process = Process::spawn(&[("STUBBORN", "true"), ("DRAIN_TIMEOUT_MS", "20")]);
    process.event("started");

    process.terminate();

    assert_eq!(process.end().0, Some(75));
}

#[test]
fn a_second_signal_ends_the_wait() {
    let mut process = Process::spawn(&[("DRAIN_DELAY_MS", "60000"), ("STUBBORN", "true")]);
    process.event("started");

    process.terminate();
    process.event("draining");
    process.terminate();

    assert_eq!(process.end().0, Some(75));
}

#[test]
fn spans_are_sent_before_the_end() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let mut process = Process::spawn(&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())]);
    process.event("started");
    get(process.address("http"), "/");

    process.terminate();

    let (mut connection, _) = collector.accept().unwrap();
    let mut preface = [0; 14];
    connection.read_exact(&mut preface).unwrap();
    assert_eq!(&preface, b"PRI * HTTP/2.0");
    drop((connection, collector));
    assert_eq!(
        process.end().0,
        Some(0),
        "a collector that goes away does not spoil the end"
    );
}

#[test]
fn the_healthcheck_asks_the_running_service() {
    let mut process = Process::spawn(&[]);
    process.event("started");
    let port = process.address("admin").port().to_string();
    let check = || {
        Command::new(example())
            .arg("healthcheck")
            .env_clear()
            .env("ADMIN_PORT", &port)
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .code()
    };

    assert_eq!(check(), Some(0));
    process.terminate();
    assert_eq!(process.end().0, Some(0));
    assert_eq!(check(), Some(70));
}

/// Takes what is sent to Sentry, one text for each message, on a port of its own.
fn sentry() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let dsn = format!("http://public@{}/42", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = BufReader::new(connection.unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if connection.read_line(&mut line).unwrap() <= 2 {
                    break;
                }
                if let Some(size) = line.to_lowercase().strip_prefix("content-length:") {
                    length = size.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            connection.read_exact(&mut body).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
            connection.get_mut().write_all(answer).unwrap();
            drop(sender.send(head + &String::from_utf8(body).unwrap()));
        }
    });
    (dsn, receiver)
}

#[test]
fn errors_and_panics_reach_sentry_without_what_they_were_about() {
    let (dsn, sent) = sentry();
    let mut process = Process::spawn(&[("SENTRY_DSN", dsn.as_str()), ("LOG_LEVEL", "off")]);
    let announced = (0..1_000).any(|_| {
        thread::sleep(Duration::from_millis(10));
        process.folder.path().join("announcement.json").exists()
    });
    assert!(announced);

    assert_eq!(
        get(process.address("http"), "/trouble"),
        "",
        "the connection ends with the panic"
    );
    process.terminate();
    let log = {
        let mut rest = String::new();
        process.log.read_to_string(&mut rest).unwrap();
        rest
    };
    let limit = Duration::from_secs(20);
    let reports: Vec<String> = (0..2).map(|_| sent.recv_timeout(limit).unwrap()).collect();

    assert_eq!(process.end(), (Some(0), String::new()), "{log}");
    let (error, panic) = (&reports[0], &reports[1]);
    assert!(
        error.contains("the token [removed] failed") && error.contains("no account [removed]"),
        "{error}"
    );
    assert!(
        panic.contains("somebody is there") && panic.contains("\"stacktrace\""),
        "{panic}"
    );
    for report in &reports {
        assert!(report.starts_with("POST /api/42/envelope/"), "{report}");
        assert!(
            report.contains("\"requestId\":\"request-7\"")
                && report.contains("\"release\":\"minimal@"),
            "{report}"
        );
        assert!(report.contains("\"environment\":\"test\""), "{report}");
        for canary in ["ada@", "eyJ", "192.0.2.7", "secret body"] {
            assert!(!report.contains(canary), "{canary} in {report}");
        }
    }
}
