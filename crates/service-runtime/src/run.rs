//! The only logic of a `main`: settings → telemetry → admin port → build → serve → drain → flush.

pub mod announcement;
pub mod context;
pub mod error;
pub mod exit;
pub mod healthcheck;
pub mod service;

mod drain;
#[cfg(test)]
mod tests;

use std::{env, time::Duration};

use axum::Router;
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
    task::JoinHandle,
    time,
};

use self::drain::{DrainLimits, serve_then_drain};
pub use self::{
    announcement::Announcement, context::Context, error::RunError, exit::exit_with,
    healthcheck::healthcheck, service::Service,
};
use crate::{
    admin::serve_admin,
    errors::{BoxError, chain},
    settings::{self, CommonSettings, Reader, Setting, process_environment},
    shutdown::{Shutdown, StopRequest},
    telemetry::{Metrics, Telemetry},
    tls,
};

/// Pace at which recorded samples are folded into histograms.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// Longest wait for answers of the admin port after the service has ended.
const ADMIN_LIMIT: Duration = Duration::from_millis(500);

/// Loads the settings from the arguments and the environment of the process, then runs the service.
///
/// Arguments: `--settings FILE`, and `healthcheck` first to ask a running service instead (for containers
/// without a shell).
///
/// # Errors
/// See [`RunError`]; [`exit_with`] turns it into an exit code.
pub fn start<S, Build, Building, Serving, BuildFailure, ServeFailure>(
    service: Service,
    definitions: &'static [Setting],
    read: impl FnOnce(&mut Reader) -> Option<S>,
    build: Build,
) -> Result<(), RunError>
where
    Build: FnOnce(S, Context) -> Building,
    Building: Future<Output = Result<Serving, BuildFailure>>,
    Serving: Future<Output = Result<(), ServeFailure>>,
    BuildFailure: Into<BoxError>,
    ServeFailure: Into<BoxError>,
{
    let mut arguments = env::args().skip(1).peekable();
    let only_check = arguments.next_if_eq("healthcheck").is_some();
    let file = settings::settings_file(arguments)?;
    let (common, own) = settings::load(definitions, file.as_deref(), &process_environment(), read)?;
    if only_check {
        return healthcheck(&common);
    }
    run(service, &common, move |context| build(own, context))
}

/// Runs a service until it is asked to stop by a signal.
///
/// `build` connects, binds and returns the future that serves; that future must end soon after
/// [`Context::shutdown`] begins. See the crate documentation for the order of events.
///
/// # Errors
/// See [`RunError`]; [`exit_with`] turns it into an exit code.
pub fn run<Build, Building, Serving, BuildFailure, ServeFailure>(
    service: Service,
    common: &CommonSettings,
    build: Build,
) -> Result<(), RunError>
where
    Build: FnOnce(Context) -> Building,
    Building: Future<Output = Result<Serving, BuildFailure>>,
    Serving: Future<Output = Result<(), ServeFailure>>,
    BuildFailure: Into<BoxError>,
    ServeFailure: Into<BoxError>,
{
    with_telemetry(service, common, |runtime, metrics| {
        runtime.block_on(Box::pin(async move {
            let stop = StopRequest::from_signals().map_err(RunError::Signals)?;
            run_until(service, common, metrics, &stop, build).await
        }))
    })
}

/// Runs a task of an operator, such as a migration, with telemetry but without ports; a signal ends it.
///
/// # Errors
/// The task fails, or telemetry cannot be installed.
pub fn run_once<Task, Doing, Failure>(
    service: Service,
    common: &CommonSettings,
    task: Task,
) -> Result<(), RunError>
where
    Task: FnOnce(Shutdown) -> Doing,
    Doing: Future<Output = Result<(), Failure>>,
    Failure: Into<BoxError>,
{
    with_telemetry(service, common, |runtime, _| {
        runtime.block_on(Box::pin(async move {
            let stop = StopRequest::from_signals().map_err(RunError::Signals)?;
            let shutdown = Shutdown::new();
            let mut doing = std::pin::pin!(task(shutdown.clone()));
            let ended = tokio::select! {
                ended = &mut doing => ended,
                () = stop.asked() => {
                    shutdown.begin();
                    time::timeout(common.drain_timeout, doing)
                        .await
                        .map_err(|_elapsed| RunError::DrainDeadline(common.drain_timeout))?
                }
            };
            ended.map_err(|failure| RunError::Serve(failure.into()))
        }))
    })
}

/// Runs a service within a runtime that exists, until `stop` asks it to end; for tests and in-process stacks.
///
/// # Errors
/// See [`RunError`].
pub async fn run_until<Build, Building, Serving, BuildFailure, ServeFailure>(
    service: Service,
    common: &CommonSettings,
    metrics: Metrics,
    stop: &StopRequest,
    build: Build,
) -> Result<(), RunError>
where
    Build: FnOnce(Context) -> Building,
    Building: Future<Output = Result<Serving, BuildFailure>>,
    Serving: Future<Output = Result<(), ServeFailure>>,
    BuildFailure: Into<BoxError>,
    ServeFailure: Into<BoxError>,
{
    let context = Context::new(service, common, metrics);
    let health = context.health().clone();
    let shutdown = context.shutdown().clone();
    let (admin, admin_shutdown) = open_admin_port(common, &context).await?;

    let outcome = async {
        let building = build(context);
        let serving = tokio::select! {
            built = building => built.map_err(|failure| RunError::Build(failure.into()))?,
            () = stop.asked() => return Ok(()),
        };
        serve_then_drain(serving, stop, &health, &shutdown, DrainLimits::from(common)).await
    }
    .await;

    shutdown.begin();
    admin_shutdown.begin();
    drop(time::timeout(ADMIN_LIMIT, admin).await);
    outcome
}

/// Installs telemetry around the work, logs how it ended and flushes.
fn with_telemetry(
    service: Service,
    common: &CommonSettings,
    work: impl FnOnce(&Runtime, Metrics) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(RunError::Runtime)?;
    tls::use_ring();
    let telemetry = {
        let _inside = runtime.enter();
        Telemetry::init(&service, common)?
    };
    tracing::info!(
        version = service.version(),
        commit = service.commit(),
        environment = common.app_environment.as_str(),
        pid = std::process::id(),
        "starting"
    );
    metrics::gauge!(
        "build_info",
        "service" => service.name(),
        "version" => service.version(),
        "commit" => service.commit()
    )
    .set(1.0);

    let outcome = work(&runtime, telemetry.metrics().clone());

    match &outcome {
        Ok(()) => tracing::info!("stopped"),
        Err(error) => tracing::error!(error = chain(error), "stopped"),
    }
    // The exporter runs on the runtime, so the runtime goes last; blocking work that hangs is left behind.
    telemetry.shutdown();
    runtime.shutdown_background();
    outcome
}

async fn open_admin_port(
    common: &CommonSettings,
    context: &Context,
) -> Result<(JoinHandle<()>, Shutdown), RunError> {
    let address = common.admin_address;
    let cannot_bind = |source| RunError::AdminPort { address, source };
    let listener = TcpListener::bind(address).await.map_err(cannot_bind)?;
    context.announce("admin", listener.local_addr().map_err(cannot_bind)?);

    let shutdown = Shutdown::new();
    let metrics = context.metrics().clone();
    let serving = serve_admin(
        listener,
        context.health().clone(),
        metrics.clone(),
        Router::new(),
        shutdown.clone(),
    );
    let upkeep = async move {
        let mut ticks = time::interval(METRICS_UPKEEP);
        loop {
            ticks.tick().await;
            metrics.run_upkeep();
        }
    };
    let task = tokio::spawn(async move {
        tokio::select! {
            served = serving => {
                if let Err(error) = served {
                    tracing::error!(error = chain(&error), "the admin port failed");
                }
            }
            () = upkeep => {}
        }
    });
    Ok((task, shutdown))
}
