//! A whole service: one port, one setting, a main of four lines. `tests/process.rs` runs it as a process.

use std::{net::SocketAddr, process::ExitCode};

use axum::{Router, routing::get};
use service_runtime::{
    Context, Service,
    errors::BoxError,
    exit_with,
    settings::{Reader, Setting},
    start,
};
use tokio::net::TcpListener;

const SETTINGS: &[Setting] = &[
    Setting::new(
        "API_PORT",
        "Port of the interface; 0 lets the system choose.",
    )
    .default("3000"),
    Setting::new("STUBBORN", "Whether the service ignores the wish to stop.").default("false"),
];

struct Settings {
    address: SocketAddr,
    stubborn: bool,
}

impl Settings {
    // `Option`, because other services have required values, written `value?` in the struct expression.
    fn read(reader: &mut Reader) -> Option<Self> {
        let address = reader.listen_address("API_PORT");
        let stubborn = reader.flag("STUBBORN");
        Some(Self { address, stubborn })
    }
}

#[tracing::instrument]
async fn hello() -> &'static str {
    tracing::info!(endpoint = "/", "greeted");
    "hello\n"
}

/// Says as much as a careless programmer could, on record and in a panic.
#[tracing::instrument(fields(requestId = "request-7", body = "secret body"))]
async fn trouble() -> &'static str {
    let person = std::hint::black_box("ada@example.org");
    let token = std::hint::black_box("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln");
    tracing::error!(
        userEmail = person,
        cause = format!("no account {person}"),
        "the token {token} failed"
    );
    panic!("somebody is there: {person} with {token} from 192.0.2.7");
}

async fn build(
    settings: Settings,
    context: Context,
) -> Result<impl Future<Output = Result<(), BoxError>>, BoxError> {
    let listener = TcpListener::bind(settings.address).await?;
    context.announce("http", listener.local_addr()?);
    context.started()?;
    let routes = Router::new()
        .route("/", get(hello))
        .route("/trouble", get(trouble));
    Ok(async move {
        let shutdown = context.shutdown().clone();
        axum::serve(listener, routes)
            .with_graceful_shutdown(shutdown.into_begun())
            .await?;
        if settings.stubborn {
            std::future::pending::<()>().await;
        }
        Ok(())
    })
}

fn main() -> ExitCode {
    let service = Service::new("minimal", env!("CARGO_PKG_VERSION"));
    exit_with(start(service, SETTINGS, Settings::read, build))
}
