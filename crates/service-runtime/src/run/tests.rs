use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use tokio::time::{Instant, timeout};

use super::{
    Announcement, Context, RunError, Service,
    drain::{DrainLimits, serve_then_drain},
    run_until,
};
use crate::{
    errors::BoxError,
    health::Health,
    settings::{AppEnvironment, CommonSettings, LogFormat},
    shutdown::{Shutdown, StopRequest},
    telemetry::Metrics,
    tls,
};

const SERVICE: Service = Service::new("test-service", "0.0.0");
const LIMITS: DrainLimits = DrainLimits {
    delay: Duration::from_secs(5),
    timeout: Duration::from_secs(8),
};

fn common(announce_file: Option<&Path>) -> CommonSettings {
    CommonSettings {
        app_environment: AppEnvironment::Test,
        log_level: "info".to_owned(),
        log_format: LogFormat::Text,
        otlp_endpoint: None,
        trace_fraction: 1.0,
        sentry_dsn: None,
        admin_address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
        drain_delay: Duration::ZERO,
        drain_timeout: Duration::from_secs(8),
        announce_file: announce_file.map(Path::to_path_buf),
    }
}

#[tokio::test(start_paused = true)]
async fn readiness_goes_first_then_the_delay_then_the_shutdown() {
    let (stop, health, shutdown) = (StopRequest::new(), Health::new(), Shutdown::new());
    let asked_at = Instant::now();
    let serving = async {
        let mut readiness = health.subscribe();
        readiness
            .wait_for(|readiness| !readiness.ready)
            .await
            .unwrap();
        assert_eq!(asked_at.elapsed(), Duration::ZERO);
        assert!(!shutdown.is_begun(), "it still serves during the delay");
        shutdown.begun().await;
        assert_eq!(asked_at.elapsed(), LIMITS.delay);
        Ok::<(), Infallible>(())
    };

    stop.ask();
    let outcome = serve_then_drain(serving, &stop, &health, &shutdown, LIMITS).await;

    assert!(outcome.is_ok());
}

#[tokio::test(start_paused = true)]
async fn work_that_never_ends_is_abandoned_at_the_deadline() {
    let (stop, health, shutdown) = (StopRequest::new(), Health::new(), Shutdown::new());
    let asked_at = Instant::now();

    stop.ask();
    let serving = std::future::pending::<Result<(), Infallible>>();
    let outcome = serve_then_drain(serving, &stop, &health, &shutdown, LIMITS).await;

    assert!(matches!(outcome, Err(RunError::DrainDeadline(_))));
    assert_eq!(asked_at.elapsed(), LIMITS.delay + LIMITS.timeout);
}

#[tokio::test(start_paused = true)]
async fn insisting_skips_every_wait() {
    let (stop, health, shutdown) = (StopRequest::new(), Health::new(), Shutdown::new());
    let asked_at = Instant::now();

    stop.insist();
    let serving = std::future::pending::<Result<(), Infallible>>();
    let outcome = serve_then_drain(serving, &stop, &health, &shutdown, LIMITS).await;

    assert!(matches!(outcome, Err(RunError::DrainDeadline(_))));
    assert_eq!(asked_at.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_failure_while_serving_is_told() {
    let (stop, health, shutdown) = (StopRequest::new(), Health::new(), Shutdown::new());
    let serving = async { Err::<(), BoxError>("listener died".into()) };

    let outcome = serve_then_drain(serving, &stop, &health, &shutdown, LIMITS).await;

    let error = outcome.unwrap_err();
    assert_eq!(
        crate::errors::chain(&error),
        "failed while serving: listener died"
    );
}

#[tokio::test]
async fn a_service_announces_itself_serves_and_drains() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("announcement.json");
    let common = common(Some(&path));
    let stop = StopRequest::new();

    let running = run_until(
        SERVICE,
        &common,
        Metrics::detached(),
        &stop,
        async |context: Context| {
            context.announce("grpc", "127.0.0.1:50051".parse().unwrap());
            context.started()?;
            Ok::<_, BoxError>(async move {
                context.shutdown().begun().await;
                Ok::<(), BoxError>(())
            })
        },
    );
    let observing = async {
        let admin = announced(&path).await.addresses["admin"];
        assert_eq!(status(admin, "/livez").await, 200);
        assert_eq!(status(admin, "/readyz").await, 200);
        stop.ask();
    };
    let (outcome, ()) = tokio::join!(running, observing);

    assert!(outcome.is_ok());
    let announcement = Announcement::read(&path).unwrap();
    assert_eq!(announcement.service, "test-service");
    assert_eq!(announcement.pid, std::process::id());
    assert_eq!(
        announcement.addresses["grpc"],
        "127.0.0.1:50051".parse().unwrap()
    );
}

#[tokio::test]
async fn a_service_that_cannot_be_built_is_told() {
    let common = common(None);
    let stop = StopRequest::new();

    let outcome = run_until(
        SERVICE,
        &common,
        Metrics::detached(),
        &stop,
        async |_context: Context| {
            Err::<std::future::Ready<Result<(), BoxError>>, BoxError>("no database".into())
        },
    )
    .await;

    assert!(matches!(outcome, Err(RunError::Build(_))));
}

#[tokio::test]
async fn a_stop_while_building_is_clean() {
    let common = common(None);
    let stop = StopRequest::new();
    stop.ask();

    let outcome = run_until(
        SERVICE,
        &common,
        Metrics::detached(),
        &stop,
        async |_context: Context| {
            std::future::pending::<Result<std::future::Ready<Result<(), BoxError>>, BoxError>>()
                .await
        },
    )
    .await;

    assert!(outcome.is_ok());
}

#[tokio::test]
async fn a_taken_admin_port_is_told_with_its_address() {
    let taken = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .unwrap();
    let mut common = common(None);
    common.admin_address = taken.local_addr().unwrap();

    let outcome = run_until(
        SERVICE,
        &common,
        Metrics::detached(),
        &StopRequest::new(),
        async |_context: Context| Ok::<_, BoxError>(std::future::ready(Ok::<(), BoxError>(()))),
    )
    .await;

    assert!(
        matches!(outcome, Err(RunError::AdminPort { address, .. }) if address == common.admin_address)
    );
}

async fn announced(path: &Path) -> Announcement {
    let reading = async {
        loop {
            match Announcement::read(path) {
                Ok(announcement) => return announcement,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    timeout(Duration::from_secs(10), reading).await.unwrap()
}

async fn status(address: SocketAddr, path: &str) -> u16 {
    tls::use_ring();
    let response = reqwest::get(format!("http://{address}{path}"))
        .await
        .unwrap();
    response.status().as_u16()
}
